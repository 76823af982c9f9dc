package dev.sandglass.responses;

import static dev.sandglass.responses.ScriptedSession.code;
import static dev.sandglass.responses.ScriptedSession.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.SseException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.Tool;
import dev.sandglass.api.HttpServer;
import dev.sandglass.api.ResponsesResource;
import dev.sandglass.common.Json;
import dev.sandglass.config.Config;
import dev.sandglass.key.KeyService;
import dev.sandglass.model.Dialect;
import dev.sandglass.retry.Attempts;
import dev.sandglass.sandbox.CellResult.Status;
import dev.sandglass.testing.Api;
import dev.sandglass.testing.Tap;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The resource over real HTTP: framing, headers, errors, the official Java SDK, hanging up. */
@SuppressWarnings("NullAway.Init") // each test starts its own server
class ResponsesOverHttpTest {

  private static final String ASK =
      "{'model':'gpt-5','input':'q','tools':[{'type':'code_interpreter',"
          + "'container':{'type':'auto'}}],'include':['code_interpreter_call.outputs']%s}";

  @TempDir Path directory;
  private TurnBench bench;
  private HttpServer server;
  private URI base;
  private String key;
  private Api api;
  private Tap tap;

  @AfterEach
  void stop() {
    api.close();
    tap.close();
    assertThat(tap.refused()).isEmpty();
    bench.responses.close();
    server.close();
    bench.close();
  }

  private void serve(ScriptedSession.Step... steps) {
    bench = new TurnBench(directory, Dialect.TOOLS, steps);
    bench.containers.cell(
        "print(1)",
        d -> {
          d.print("1\n");
          return Status.OK;
        });
    Config config =
        Config.of(
            Map.of("server.port", "0", "server.keep-alive", "1s", "server.client-check", "200ms"));
    KeyService keys = new KeyService(bench.database, Clock.systemUTC());
    key = keys.create(KeyService.DEFAULT_PROJECT, "test").secret();
    server =
        new HttpServer(
            config,
            keys,
            new Attempts(bench.database, config.server().idempotencyAge(), Clock.systemUTC()),
            List.of(),
            List.of(new ResponsesResource(bench.responses)),
            Clock.systemUTC());
    base = URI.create("http://127.0.0.1:" + server.start() + "/v1");
    api = new Api(base, key);
    tap = Tap.before(base);
  }

  @Test
  void aStreamIsFramedAsTheHostedServicesAndInOrder() throws Exception {
    serve(code("print(1)"), text("It is 1."));
    Api.Answer answer = api.post("/responses", ASK.formatted(",'stream':true"));
    assertThat(answer.headers().firstValue("content-type"))
        .contains("text/event-stream; charset=utf-8");
    assertThat(answer.headers().firstValue("x-sandglass-model")).contains("scripted-1");
    assertThat(answer.headers().firstValue("openai-processing-ms")).isPresent();
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    assertThat(answer.text()).doesNotContain("[DONE]");
    List<JsonNode> events = new ArrayList<>();
    for (String block : answer.text().split("\n\n")) {
      if (block.startsWith(":")) {
        continue;
      }
      String[] lines = block.split("\n");
      assertThat(lines).hasSize(2);
      JsonNode event = Json.MAPPER.readTree(lines[1].substring("data: ".length()));
      assertThat(lines[0]).isEqualTo("event: " + event.path("type").asString());
      events.add(event);
    }
    EventOrder.check(events);
  }

  @Test
  void obfuscationCanBeLeftOut() throws Exception {
    serve(text("Hi."), text("Hi."));
    assertThat(api.post("/responses", ASK.formatted(",'stream':true")).text())
        .contains("obfuscation");
    String without = ",'stream':true,'stream_options':{'include_obfuscation':false}";
    assertThat(api.post("/responses", ASK.formatted(without)).text()).doesNotContain("obfuscation");
  }

  @Test
  void withoutAStreamTheAnswerIsOneObject() throws Exception {
    serve(code("print(1)"), text("It is 1."));
    Api.Answer answer = api.post("/responses", ASK.formatted(""));
    assertThat(answer.status()).isEqualTo(200);
    JsonNode response = answer.json();
    assertThat(response.at("/output/0/outputs/0/logs").asString()).isEqualTo("1\n");
    assertThat(response.at("/billing/payer").asString()).isEqualTo("developer");
  }

  @Test
  void aBadStreamingRequestIsAnOrdinaryError() throws Exception {
    serve();
    Api.Answer answer = api.post("/responses", ASK.formatted(",'stream':true,'bogus':1"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    JsonNode error = answer.error();
    assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
    assertThat(error.path("code").asString()).isEqualTo("unknown_parameter");
  }

  @Test
  void theOfficialJavaSdkCreatesStreamsFollowsUpAndDeletes() {
    serve(code("print(1)"), text("One."), code("print(1)"), text("Again."));
    OpenAIClient client = client();
    Response first = client.responses().create(params("a").build()).validate();
    assertThat(first.output().getFirst().asCodeInterpreterCall().outputs()).isPresent();
    ResponseAccumulator accumulator = ResponseAccumulator.create();
    try (var stream =
        client.responses().createStreaming(params("b").previousResponseId(first.id()).build())) {
      stream.stream().forEach(e -> accumulator.accumulate(e.validate()));
    }
    Response second = accumulator.response().validate();
    assertThat(second.output().getLast().asMessage().content().getFirst().asOutputText().text())
        .isEqualTo("Again.");
    assertThat(bench.containers.created).hasSize(1);
    assertThat(client.responses().retrieve(second.id()).validate().id()).isEqualTo(second.id());
    assertThat(client.responses().inputItems().list(second.id()).autoPager()).isNotEmpty();
    client.responses().delete(second.id());
    assertThatThrownBy(() -> client.responses().retrieve(second.id()))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(
            () -> client.responses().create(params("c").previousResponseId("resp_x").build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("resp_x");
  }

  @Test
  void theSdkThrowsWhatAStreamCannotGoOnWith() {
    serve(code("lose the database"));
    bench.containers.cell(
        "lose the database",
        d -> {
          bench.database.write(h -> h.execute("DROP TABLE response"));
          return Status.OK;
        });
    assertThatThrownBy(
            () -> {
              try (var stream = client().responses().createStreaming(params("a").build())) {
                stream.stream().forEach(e -> e.validate());
              }
            })
        .isInstanceOf(SseException.class)
        .hasMessageContaining("its log says why");
  }

  @Test
  void inputItemsArePaged() throws Exception {
    serve(text("A."));
    String two =
        "{'model':'m','input':[{'role':'user','content':'1'},{'role':'user','content':'2'}]}";
    String id = api.post("/responses", two).json().path("id").asString();
    JsonNode page = api.get("/responses/" + id + "/input_items?limit=1").json();
    assertThat(page.at("/data/0/content/0/text").asString()).isEqualTo("2");
    assertThat(page.path("has_more").asBoolean()).isTrue();
    String last = page.path("last_id").asString();
    JsonNode next = api.get("/responses/" + id + "/input_items?limit=1&after=" + last).json();
    assertThat(next.at("/data/0/content/0/text").asString()).isEqualTo("1");
    assertThat(next.path("has_more").asBoolean()).isFalse();
    assertThat(api.get("/responses/" + id + "/input_items?after=nonsense").json().path("data"))
        .isEmpty();
  }

  @Test
  void aStreamingClientThatHangsUpEndsItsTurn() throws Exception {
    hangUp(",'stream':true");
  }

  @Test
  void aWaitingClientThatHangsUpEndsItsTurn() throws Exception {
    hangUp("");
  }

  private void hangUp(String stream) throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    serve(code("sleep"));
    bench.containers.cell(
        "sleep",
        d -> {
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
          }
          return Status.OK;
        });
    try (HttpClient own = HttpClient.newHttpClient()) {
      var answer =
          own.sendAsync(request("/responses", ASK.formatted(stream)), BodyHandlers.ofString());
      running.await();
      answer.cancel(true);
      own.shutdownNow();
    }
    assertThat(interrupted.await(5, TimeUnit.SECONDS)).as("interrupted within 5 s").isTrue();
  }

  private OpenAIClient client() {
    return OpenAIOkHttpClient.builder()
        .baseUrl(tap.url().toString())
        .apiKey(key)
        .maxRetries(0)
        .responseValidation(true)
        .build();
  }

  private static ResponseCreateParams.Builder params(String input) {
    return ResponseCreateParams.builder()
        .model("gpt-5")
        .input(input)
        .addInclude(com.openai.models.responses.ResponseIncludable.CODE_INTERPRETER_CALL_OUTPUTS)
        .addTool(
            Tool.CodeInterpreter.builder()
                .container(Tool.CodeInterpreter.Container.CodeInterpreterToolAuto.builder().build())
                .build());
  }

  private HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.replace('\'', '"')))
        .build();
  }
}
