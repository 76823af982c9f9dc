package dev.sandglass.api;

import static dev.sandglass.testing.HttpFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.HttpFixture;
import dev.sandglass.testing.Validated;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Timeout(20)
class HttpBaseTest {

  @TempDir Path home;
  private HttpFixture api;
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch gone = new CountDownLatch(1);

  @BeforeEach
  void start() throws Exception {
    Map<String, String> settings =
        Map.of(
            "server.keep-alive",
            "100ms",
            "server.client-check",
            "100ms",
            "server.max-body",
            "1KiB");
    api = new HttpFixture(home, settings, this::routes);
  }

  private void routes(Router r) {
    r.post("/v1/echo", x -> x.json(x.body()));
    r.get(
        "/v1/broken",
        x -> {
          throw new IllegalStateException("a secret of the inside");
        });
    r.get(
        "/v1/slow",
        x -> {
          try (AutoCloseable _ = x.watchClient(gone::countDown)) {
            started.countDown();
            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
          }
        });
    r.get(
        "/v1/stream",
        x -> {
          JsonNode body = x.body();
          try (SseWriter stream = x.sse(gone::countDown)) {
            stream.event("hello", body);
            started.countDown();
            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
          }
        });
  }

  @AfterEach
  void stop() {
    gone.countDown();
    api.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      textBlock =
          """
          no key             | null                 | 401 | null
          other scheme       | Basic abc            | 401 | null
          empty key          | Bearer               | 401 | null
          wrong key          | Bearer sk-wrong      | 401 | invalid_api_key
          """)
  void withoutAKeyNothingIsGiven(
      String name, @Nullable String header, int status, @Nullable String code) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(java.net.URI.create("http://127.0.0.1:" + api.port + "/v1/files"));
    if (header != null) {
      request.header("Authorization", header);
    }
    assertError(api.send(request), status, code);
  }

  @Test
  void aWrongKeyIsNotRepeatedInFull() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(java.net.URI.create("http://127.0.0.1:" + api.port + "/v1/files"))
            .header("Authorization", "Bearer sk-1234567890abcdef");
    assertThat(api.send(request).body()).doesNotContain("1234567890");
  }

  @Test
  void aRevokedKeyWorksNoMore() throws Exception {
    assertThat(api.get("/v1/files").statusCode()).isEqualTo(200);
    assertThat(api.keys.revoke(api.key.key().id())).isTrue();
    assertError(api.get("/v1/files"), 401, "invalid_api_key");
    assertThat(api.keys.revoke(api.key.key().id())).isFalse();
  }

  @Test
  void everyAnswerHasTheHostedServicesHeaders() throws Exception {
    HttpResponse<String> answer = api.get("/v1/files");
    assertThat(answer.headers().firstValue("x-request-id").orElse("")).startsWith("req_");
    assertThat(answer.headers().firstValue("openai-version")).contains("2020-10-01");
    assertThat(answer.headers().firstValue("openai-processing-ms").orElse("")).matches("\\d+");
    assertThat(answer.headers().firstValue("openai-project").orElse("")).startsWith("proj_");
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("application/json");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "GET,/v1/nothing,404",
    "GET,/,404",
    "POST,/nothing,404",
    "PUT,/v1/files,405",
    "PATCH,/v1/files/file-x,405",
    "GET,/v1/broken,500",
    "GET,/v1/files?limit=0,400",
    "GET,/v1/files/..%2f..%2fetc,404",
    "GET,/v1/files/%00,404",
    "GET,/v1/files/%zz,400",
    "PUT,/v1/files/%ff,400",
    "FOO,/v1/files/%ff,400",
    "OPTIONS,/v1/files/..;/x,400",
    "TRACE,/v1/files/%ff,400",
  })
  void everyErrorIsAnEnvelope(String method, String path, int status) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", api.port)) {
      String request =
          "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
              .formatted(method, path, api.key.secret());
      String answer = exchange(socket, request);
      assertThat(answer).startsWith("HTTP/1.1 ");
      int got = Integer.parseInt(answer.substring(9, 12));
      assertThat(got).as(answer).isIn(status, 400);
      assertThat(answer.toLowerCase(java.util.Locale.ROOT))
          .contains("content-type: application/json");
      assertThat(answer)
          .contains("{\"error\":{\"message\":")
          .doesNotContain("a secret of the inside");
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({"POST,/v1/chat/completions,404", "PUT,/v1/files,405", "GET,/v1/files/file-x,404"})
  void aClientThatAcceptsJsonGetsTheSameEnvelope(String method, String path, int status)
      throws Exception {
    HttpRequest.Builder request =
        api.request(path)
            .header("Accept", "application/json")
            .method(method, HttpRequest.BodyPublishers.noBody());
    assertError(api.send(request), status, null);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"GARBAGE,400", "GET / HTTP/9.9,505", "'GET /v1/files HTTP/1.1',400"})
  void evenWhatIsHardlyHttpGetsAnEnvelope(String line, int status) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", api.port)) {
      String answer = exchange(socket, line + "\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 " + status).contains("{\"error\":{\"message\":");
    }
  }

  @Test
  void headersBeyondTheLimitAreRefused() throws Exception {
    HttpResponse<String> answer =
        api.send(api.request("/v1/files").header("X-Long", "x".repeat(70_000)));
    assertError(answer, 431, null);
  }

  @Test
  void anEmptyBodyIsAnEmptyObjectWhateverTheContentType() throws Exception {
    assertThat(api.post("/v1/echo", "application/json", "").body()).isEqualTo("{}");
    assertThat(
            api.send(
                    api.request("/v1/files/file-x")
                        .header("Content-Type", "application/json")
                        .DELETE())
                .statusCode())
        .isEqualTo(404);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cut               | {"a":
          not JSON          | hello
          two values        | {} {}
          trailing garbage  | {"a":1} x
          bad number        | {"a":01}
          bad escape        | {"a":"\\x"}
          NaN               | {"a":NaN}
          """)
  void malformedJsonIsRefusedWithAWordOnIt(String name, String body) throws Exception {
    HttpResponse<String> answer = api.post("/v1/echo", "application/json", body);
    assertError(answer, 400, null);
    assertThat(answer.body())
        .contains("could not parse the JSON body", "it is not JSON")
        .doesNotContain("Token", "Source", "parser");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model  | {"model":"a","b":[{"c":1}],"model":"a"}
          type   | {"tools":[{"type":"x"},{"type":"x","type":"y"}]}
          k      | {"k":1,"\\u006b":2}
          naïve 🐍 | {"naïve 🐍":1,"naïve 🐍":1}
          """)
  void aKeyThatComesTwiceIsRefusedByItsName(String key, String body) throws Exception {
    HttpResponse<String> answer = api.post("/v1/echo", "application/json", body);
    assertError(answer, 400, null);
    assertThat(json(answer).at("/error/message").asString("")).contains("\"" + key + "\"");
  }

  @Test
  void jsonNestedTooDeeplyIsRefused() throws Exception {
    assertError(api.post("/v1/echo", "application/json", "[".repeat(1000)), 400, null);
  }

  @Test
  void aBodyAtTheLimitPassesAndOneByteMoreIsTold() throws Exception {
    String pad = "x".repeat(1024 - 8);
    assertThat(api.post("/v1/echo", "application/json", "{\"a\":\"" + pad + "\"}").statusCode())
        .isEqualTo(200);
    HttpResponse<String> answer =
        api.post("/v1/echo", "application/json", "{\"a\":\"" + pad + "x\"}");
    assertError(answer, 413, "request_too_large");
    assertThat(answer.body()).contains("server.max-body").contains("1KiB");
  }

  @Test
  void aClientOfASlowRequestThatHangsUpIsNoticed() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", api.port)) {
      socket.getOutputStream().write(head("/v1/slow"));
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(gone.await(5, TimeUnit.SECONDS)).as("noticed within 5 s").isTrue();
  }

  @Test
  void aClientOfAStreamThatHangsUpIsNoticed() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", api.port)) {
      socket.getOutputStream().write(head("/v1/stream"));
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(gone.await(5, TimeUnit.SECONDS)).as("noticed within 5 s").isTrue();
  }

  @Test
  void aStreamGivesEventsAtOnceAndCommentsBetweenThem() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", api.port)) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(head("/v1/stream"));
      String seen = readUntil(socket.getInputStream(), ": keep-alive");
      assertThat(seen)
          .contains("text/event-stream", "event: hello\ndata: {}\n\n")
          .contains("Transfer-Encoding: chunked");
    }
  }

  @Test
  void modelsAreListedAndFoundAlsoWithSlashesInTheirNames() throws Exception {
    JsonNode list = json(api.get("/v1/models"));
    assertThat(list.path("object").asString("")).isEqualTo("list");
    assertThat(list.path("data").size()).isEqualTo(2);
    assertThat(json(api.get("/v1/models/qwen")).path("owned_by").asString("")).isEqualTo("local");
    assertThat(json(api.get("/v1/models/org/name:tag")).path("created").asInt(0)).isEqualTo(2);
    assertThat(json(api.get("/v1/models/org%2Fname%3Atag")).path("created").asInt(0)).isEqualTo(2);
    assertError(api.get("/v1/models/none"), 404, "model_not_found");
  }

  @Test
  void aBodyWithTheSameNameTwiceIsRefusedInPlainWords() throws Exception {
    HttpResponse<String> answer = api.post("/v1/echo", "application/json", "{\"a\":1,\n\"a\":2}");
    assertError(answer, 400, null);
    assertThat(json(answer).at("/error/message").asString())
        .endsWith("an object has the name \"a\" twice (line 2, column 4).");
  }

  @Test
  void anIdIsRepeatedInPartIfItIsLong() throws Exception {
    HttpResponse<String> answer = api.get("/v1/files/" + "x".repeat(7_000));
    assertError(answer, 404, null);
    assertThat(answer.body()).contains("xxx…").hasSizeLessThan(400);
    HttpResponse<String> nowhere = api.get("/v1/nowhere/" + "x".repeat(7_000));
    assertError(nowhere, 404, null);
    assertThat(nowhere.body()).contains("Invalid URL (GET /v1/nowhere/x").hasSizeLessThan(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=%zz", "limit=%2", "limit=5&order=%", "after=%g0"})
  void aQueryThatCannotBeDecodedIsRefused(String query) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", api.port)) {
      String head = new String(head("/v1/files?" + query), StandardCharsets.ISO_8859_1);
      String answer = exchange(socket, head.replace("Host: x", "Host: x\r\nConnection: close"));
      assertThat(answer).startsWith("HTTP/1.1 400").contains("\"invalid_query\"", "%25");
    }
  }

  @Test
  void healthAndMetricsNeedNoKey() throws Exception {
    HttpRequest.Builder health =
        HttpRequest.newBuilder(java.net.URI.create("http://127.0.0.1:" + api.port + "/healthz"));
    assertThat(api.send(health).statusCode()).isEqualTo(200);
    HttpResponse<String> ready =
        api.send(
            HttpRequest.newBuilder(
                java.net.URI.create("http://127.0.0.1:" + api.port + "/readyz")));
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(json(ready).path("checks").path("sandbox").asString("")).isEqualTo("not there");
    HttpResponse<String> metrics =
        api.send(
            HttpRequest.newBuilder(
                java.net.URI.create("http://127.0.0.1:" + api.port + "/metrics")));
    assertThat(metrics.statusCode()).isEqualTo(200);
  }

  private byte[] head(String path) {
    return "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
        .formatted(path, api.key.secret())
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String exchange(Socket socket, String request) throws Exception {
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Validated.raw(answer);
    return answer;
  }

  private static String readUntil(InputStream in, String end) throws Exception {
    StringBuilder seen = new StringBuilder();
    int c;
    while (seen.indexOf(end) < 0 && (c = in.read()) >= 0) {
      seen.append((char) c);
    }
    return seen.toString();
  }

  static void assertError(HttpResponse<String> answer, int status, @Nullable String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("application/json");
    JsonNode error = json(answer).path("error");
    assertThat(error.propertyNames()).containsExactly("message", "type", "param", "code");
    assertThat(error.path("code").isNull() ? null : error.path("code").asString(""))
        .isEqualTo(code);
  }
}
