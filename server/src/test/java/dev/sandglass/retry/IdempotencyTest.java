package dev.sandglass.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.Api;
import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedReply;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What an Idempotency-Key promises, over real HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class IdempotencyTest {

  private static final String ASK = "{'model':'m','input':'Hello, %s','stream':%s}";

  private ScriptedModel model;
  private RunningServer server;
  private Api api;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    model = ScriptedModel.start();
    server = RunningServer.start(directory, model, Map.of());
    api = new Api(root(), server.key());
  }

  @AfterAll
  void stop() {
    server.close();
    model.close();
  }

  private URI root() {
    return URI.create(server.url().toString().replaceAll("/v1$", ""));
  }

  @Test
  void theSameRequestAgainGetsTheFirstResponseAndAsksNobody() throws Exception {
    Api keyed = api.with("Idempotency-Key", "a");
    model.reply(ScriptedReply.text("Hello back."));
    Api.Answer first = keyed.post("/v1/responses", ASK.formatted("a", "false"));
    int asked = model.requests().size();
    Api.Answer again = keyed.post("/v1/responses", ASK.formatted("a", "false"));
    assertThat(first.status()).isEqualTo(200);
    assertThat(again.json()).isEqualTo(first.json());
    assertThat(again.headers().firstValue("idempotent-replayed")).contains("true");
    assertThat(model.requests()).hasSize(asked);
  }

  @Test
  void aStreamedOneIsToldAgainWithItsItemsWhole() throws Exception {
    Api keyed = api.with("Idempotency-Key", "b");
    model.reply(ScriptedReply.text("Hello back."));
    Api.Answer first = keyed.post("/v1/responses", ASK.formatted("b", "true"));
    int asked = model.requests().size();
    Api.Answer again = keyed.post("/v1/responses", ASK.formatted("b", "true"));
    assertThat(lastEvent(again)).isEqualTo(lastEvent(first));
    assertThat(again.text())
        .contains("response.created", "response.output_item.done", "Hello back.");
    assertThat(model.requests()).hasSize(asked);
  }

  private static JsonNode lastEvent(Api.Answer stream) {
    String last =
        stream
            .text()
            .lines()
            .filter(l -> l.startsWith("data: {"))
            .reduce((a, b) -> b)
            .orElseThrow();
    return dev.sandglass.common.Json.MAPPER.readTree(last.substring(6)).path("response");
  }

  @Test
  void anotherRequestUnderTheSameKeyIsRefused() throws Exception {
    Api keyed = api.with("Idempotency-Key", "c");
    model.reply(ScriptedReply.text("Hello."));
    keyed.post("/v1/responses", ASK.formatted("c", "false"));
    Api.Answer other = keyed.post("/v1/responses", ASK.formatted("somebody else", "false"));
    assertThat(other.status()).isEqualTo(400);
    assertThat(other.error().path("code").asString("")).isEqualTo("idempotency_key_reused");
    assertThat(other.error().path("message").asString("")).contains("new key");
  }

  @Test
  void whileTheFirstIsWorkedOnASecondOneIsSentAway() throws Exception {
    Api keyed = api.with("Idempotency-Key", "d");
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    model.when(
        r -> {
          boolean ours = r.lastMessage().contains("Hello, d");
          if (ours) {
            asked.countDown();
          }
          return ours;
        },
        ScriptedReply.stream().await(go).words("Late.").end("stop"));
    CompletableFuture<Api.Answer> first =
        CompletableFuture.supplyAsync(() -> {
          try {
            return keyed.post("/v1/responses", ASK.formatted("d", "false"));
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    asked.await();
    Api.Answer second = keyed.post("/v1/responses", ASK.formatted("d", "false"));
    go.countDown();
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.headers().firstValue("retry-after")).isPresent();
    Api.Answer third = keyed.post("/v1/responses", ASK.formatted("d", "false"));
    assertThat(first.join().json().path("id")).isNotNull();
    assertThat(third.status()).isIn(200, 409);
    assertThat(keyed.post("/v1/responses", ASK.formatted("d", "false")).json().path("id"))
        .isEqualTo(first.join().json().path("id"));
  }

  @Test
  void containersAndFilesAreMadeOnceForAKeyOfAProject() throws Exception {
    Api keyed = api.with("Idempotency-Key", "e");
    String container = "{'name':'once'}";
    assertThat(id(keyed.post("/v1/containers", container)))
        .isEqualTo(id(keyed.post("/v1/containers", container)))
        .isNotEqualTo(id(api.post("/v1/containers", container)));
    Api stranger = new Api(root(), server.foreignKey()).with("Idempotency-Key", "e");
    assertThat(id(stranger.post("/v1/containers", container)))
        .isNotEqualTo(id(keyed.post("/v1/containers", container)));
    Api upload = api.with("Idempotency-Key", "f");
    assertThat(upload.upload("/v1/files", "f.txt", "once").path("id"))
        .isEqualTo(upload.upload("/v1/files", "f.txt", "once").path("id"));
    assertThat(
            upload.upload("/v1/files", "f.txt", "another").path("error").path("code").asString(""))
        .isEqualTo("idempotency_key_reused");
  }

  @Test
  void aRefusedRequestMayBeCorrectedUnderItsKey() throws Exception {
    Api keyed = api.with("Idempotency-Key", "g");
    assertThat(keyed.post("/v1/responses", "{'input':'no model'}").status()).isEqualTo(400);
    model.reply(ScriptedReply.text("Hello."));
    assertThat(keyed.post("/v1/responses", ASK.formatted("g", "false")).status()).isEqualTo(200);
  }

  @Test
  void aKeyOfNoSenseIsRefused() throws Exception {
    Api.Answer answer =
        api.with("Idempotency-Key", "k".repeat(256)).post("/v1/containers", "{'name':'c'}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error().path("message").asString("")).contains("255", "256");
  }

  private static String id(Api.Answer answer) {
    return answer.json().path("id").asString("");
  }
}
