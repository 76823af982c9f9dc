package dev.sandglass.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class ScriptedModelTest {

  @Test
  void playsItsRepliesInOrderAndRecordsWhatWasAsked() throws Exception {
    try (ScriptedModel model =
        ScriptedModel.start()
            .reply(ScriptedReply.code("print(1)"), ScriptedReply.text("It is one."))) {
      String first = post(model, "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}").body();
      String second = post(model, "{}").body();
      assertThat(first).contains("tool_calls").contains("{\\\"co").endsWith("data: [DONE]\n\n");
      assertThat(second).contains("It i").contains("\"finish_reason\":\"stop\"");
      assertThat(model.requests()).hasSize(2);
      assertThat(model.requests().getFirst().lastMessage()).isEqualTo("q");
    }
  }

  @Test
  void aRequestThatNothingIsWrittenForIsAnErrorAndRecorded() throws Exception {
    try (ScriptedModel model = ScriptedModel.start()) {
      assertThat(post(model, "{}").statusCode()).isEqualTo(500);
      assertThat(model.unexpected()).hasSize(1);
    }
  }

  @Test
  void aRuleComesBeforeTheQueue() throws Exception {
    try (ScriptedModel model =
        ScriptedModel.start()
            .when(r -> r.body().has("tools"), ScriptedReply.error(400, "no tools"))
            .reply(ScriptedReply.text("yes"))) {
      assertThat(post(model, "{\"tools\":[]}").statusCode()).isEqualTo(400);
      assertThat(post(model, "{}").statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> post(ScriptedModel model, String body)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(java.net.URI.create(model.uri() + "/chat/completions"))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    }
  }
}
