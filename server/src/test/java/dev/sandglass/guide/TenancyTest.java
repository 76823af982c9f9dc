package dev.sandglass.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.api.HttpServer.Route;
import dev.sandglass.testing.Api;
import dev.sandglass.testing.Api.Answer;
import dev.sandglass.testing.MovingClock;
import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedReply;
import dev.sandglass.testing.memory.MemoryDriver;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two projects can't see, guess, list, download or bill each other's anything: every route of the
 * server is tried with the ids of another project. The answer must be the one that ids get which
 * nobody has.
 */
@SuppressWarnings("NullAway.Init") // set up before each test
class TenancyTest {

  private static final String TOOL = "'tools':[{'type':'code_interpreter','container':%s}]";
  private static final String AUTO = "{'type':'auto'}";
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  private static final Pattern ID = Pattern.compile("\\{[a-z]+}");

  /** A request with names in braces for ids; a body is JSON with {@code '}, or a form. */
  private record Probe(String method, String path, @Nullable String body) {

    static Probe get(String path) {
      return new Probe("GET", path, null);
    }

    static Probe delete(String path) {
      return new Probe("DELETE", path, null);
    }

    static Probe post(String path, String body) {
      return new Probe("POST", path, body);
    }

    /** A request for a response. */
    static Probe ask(String body) {
      return post("/v1/responses", "{'model':'m'," + body + "}");
    }
  }

  private static final String FORM =
      """
      --B\r
      Content-Disposition: form-data; name="file"; filename="x.txt"\r
      \r
      x\r
      --B--\r
      """;

  /** What is tried of each route. Every route is here; a new one fails the test until it is. */
  private static final Map<String, List<Probe>> PROBES =
      Map.ofEntries(
          Map.entry(
              "POST /v1/responses",
              List.of(
                  Probe.ask("'input':'Hi'," + TOOL.formatted("'{container}'")),
                  Probe.ask("'input':'Hi'," + TOOL.formatted("'{auto}'")),
                  Probe.ask(
                      "'input':'Hi',"
                          + TOOL.formatted("{'type':'existing','container_id':'{container}'}")),
                  Probe.ask(
                      "'input':'Hi'," + TOOL.formatted("{'type':'auto','file_ids':['{file}']}")),
                  Probe.ask("'input':'Hi','previous_response_id':'{response}'"),
                  Probe.ask("'input':[{'type':'item_reference','id':'{call}'}]"),
                  Probe.ask(
                      "'input':[{'role':'user','content':[{'type':'input_file','file_id':'{file}'}]}],"
                          + TOOL.formatted(AUTO)),
                  Probe.ask(
                      "'input':[{'role':'user','content':[{'type':'input_image','file_id':'{file}'}]}],"
                          + TOOL.formatted(AUTO)),
                  Probe.ask("'input':'Hi','stream':true," + TOOL.formatted("'{container}'")))),
          Map.entry(
              "GET /v1/responses/{id}",
              List.of(
                  Probe.get("/v1/responses/{response}"),
                  Probe.get("/v1/responses/{response}?include=code_interpreter_call.outputs"))),
          Map.entry("DELETE /v1/responses/{id}", List.of(Probe.delete("/v1/responses/{response}"))),
          Map.entry(
              "POST /v1/responses/{id}/cancel",
              List.of(Probe.post("/v1/responses/{response}/cancel", "{}"))),
          Map.entry(
              "GET /v1/responses/{id}/input_items",
              List.of(Probe.get("/v1/responses/{response}/input_items"))),
          Map.entry(
              "POST /v1/containers",
              List.of(Probe.post("/v1/containers", "{'name':'x','file_ids':['{file}']}"))),
          Map.entry(
              "GET /v1/containers",
              List.of(
                  Probe.get("/v1/containers"),
                  Probe.get("/v1/containers?name=alices"),
                  Probe.get("/v1/containers?after={container}"))),
          Map.entry("GET /v1/containers/{id}", List.of(Probe.get("/v1/containers/{container}"))),
          Map.entry(
              "DELETE /v1/containers/{id}",
              List.of(
                  Probe.delete("/v1/containers/{container}"),
                  Probe.delete("/v1/containers/{auto}"))),
          Map.entry(
              "POST /v1/containers/{container}/files",
              List.of(
                  Probe.post("/v1/containers/{container}/files", FORM),
                  Probe.post("/v1/containers/{container}/files", "{'file_id':'{file}'}"),
                  Probe.post("/v1/containers/<own>/files", "{'file_id':'{file}'}"))),
          Map.entry(
              "GET /v1/containers/{container}/files",
              List.of(
                  Probe.get("/v1/containers/{container}/files"),
                  Probe.get("/v1/containers/{auto}/files"),
                  Probe.get("/v1/containers/<own>/files?after={generated}"))),
          Map.entry(
              "GET /v1/containers/{container}/files/{id}",
              List.of(
                  Probe.get("/v1/containers/{container}/files/{upload}"),
                  Probe.get("/v1/containers/{auto}/files/{generated}"),
                  Probe.get("/v1/containers/<own>/files/{upload}"))),
          Map.entry(
              "GET /v1/containers/{container}/files/{id}/content",
              List.of(
                  Probe.get("/v1/containers/{container}/files/{upload}/content"),
                  Probe.get("/v1/containers/{auto}/files/{generated}/content"),
                  Probe.get("/v1/containers/<own>/files/{generated}/content"))),
          Map.entry(
              "DELETE /v1/containers/{container}/files/{id}",
              List.of(
                  Probe.delete("/v1/containers/{container}/files/{upload}"),
                  Probe.delete("/v1/containers/<own>/files/{upload}"))),
          Map.entry("POST /v1/files", List.of()), // names nothing that exists
          Map.entry(
              "GET /v1/files",
              List.of(Probe.get("/v1/files"), Probe.get("/v1/files?after={file}"))),
          Map.entry(
              "GET /v1/files/{id}",
              List.of(Probe.get("/v1/files/{file}"), Probe.get("/v1/files/{generated}"))),
          Map.entry(
              "GET /v1/files/{id}/content",
              List.of(
                  Probe.get("/v1/files/{file}/content"),
                  Probe.get("/v1/files/{generated}/content"),
                  Probe.get("/v1/files/{upload}/content"))),
          Map.entry("DELETE /v1/files/{id}", List.of(Probe.delete("/v1/files/{file}"))),
          Map.entry("GET /v1/models", List.of(Probe.get("/v1/models"))),
          Map.entry("GET /v1/models/<id>", List.of(Probe.get("/v1/models/{response}"))),
          Map.entry(
              "GET /v1/organization/usage/code_interpreter_sessions",
              List.of(
                  Probe.get(
                      "/v1/organization/usage/code_interpreter_sessions?start_time=1772323200"),
                  Probe.get(
                      "/v1/organization/usage/code_interpreter_sessions?start_time=1772323200"
                          + "&group_by=project_id&project_ids={project}"))),
          Map.entry(
              "GET /v1/organization/costs",
              List.of(
                  Probe.get("/v1/organization/costs?start_time=1772323200&project_ids={project}"),
                  Probe.get(
                      "/v1/organization/costs?start_time=1772323200&group_by=api_key_id"
                          + "&api_key_ids={key}"))),
          Map.entry("GET /healthz", List.of(Probe.get("/healthz"))),
          Map.entry("GET /readyz", List.of(Probe.get("/readyz"))),
          Map.entry("GET /metrics", List.of(Probe.get("/metrics"))));

  private ScriptedModel model;
  private RunningServer server;
  private Api alice;
  private Api stranger;
  private final Map<String, String> ids = new LinkedHashMap<>();
  private String own;
  private JsonNode response;

  @BeforeEach
  void aliceHasOneOfEach(@TempDir Path directory) throws Exception {
    model = ScriptedModel.start();
    server =
        RunningServer.start(directory, new MemoryDriver(), model, Map.of(), new MovingClock(NOW));
    URI root = server.url().resolve("/");
    String base = root.toString().substring(0, root.toString().length() - 1);
    alice = new Api(URI.create(base), server.key());
    stranger = new Api(URI.create(base), server.foreignKey());
    ids.put("file", alice.upload("/v1/files", "s.txt", "alice-content").path("id").asString());
    ids.put("container", container(alice, "alices"));
    ids.put("upload", upload(ids.get("container")));
    model.reply(
        ScriptedReply.code("print('alice-output'); _ = open('g.txt', 'w').write('alice-made')"),
        ScriptedReply.text("alice-answer"));
    response =
        alice
            .post(
                "/v1/responses",
                "{'model':'m','input':'alice-question'," + TOOL.formatted(AUTO) + "}")
            .json();
    ids.put("response", response.path("id").asString());
    ids.put("call", response.at("/output/0/id").asString());
    ids.put("auto", response.at("/output/0/container_id").asString());
    ids.put("generated", response.at("/output/1/content/0/annotations/0/file_id").asString());
    JsonNode costs =
        alice
            .get(
                "/v1/organization/costs?start_time=1772323200&group_by=project_id&group_by=api_key_id")
            .json();
    ids.put("project", costs.findPath("project_id").asString());
    ids.put("key", costs.findPath("api_key_id").asString());
    own = container(stranger, "mine");
    assertThat(ids.values()).noneMatch(String::isEmpty);
  }

  @AfterEach
  void stop() {
    alice.close();
    stranger.close();
    server.close();
    model.close();
  }

  @Test
  void everyRouteAnswersAForeignIdAsOneThatNobodyHas() throws Exception {
    assertThat(PROBES.keySet())
        .as("the routes of the server")
        .containsExactlyInAnyOrderElementsOf(
            server.routes().stream().map(TenancyTest::name).collect(Collectors.toSet()));
    Map<String, String> nobodys = new LinkedHashMap<>();
    ids.forEach((name, id) -> nobodys.put(name, changed(id)));
    Map<String, String> before = alicesThings();
    for (Route route : server.routes()) {
      for (Probe probe : PROBES.getOrDefault(name(route), List.of())) {
        Answer foreign = send(probe, ids);
        assertThat(told(foreign, ids))
            .as("%s", probe)
            .isEqualTo(told(send(probe, nobodys), nobodys));
        assertThat(foreign.text()).as("%s", probe).doesNotContain("alice");
        if (ID.matcher(probe.path() + probe.body()).find() && !probe.path().contains("?")) {
          assertThat(foreign.status()).as("%s", probe).isIn(400, 404);
        }
      }
    }
    assertThat(alicesThings()).isEqualTo(before);
    assertThat(model.unexpected()).isEmpty();
  }

  @Test
  void aForeignCallGivenBackBringsNeitherItsContainerNorItsOutput() throws Exception {
    String call = response.at("/output/0").toString().replace("'", "\\u0027");
    assertNothingLeaks("'input':[%s,{'role':'user','content':'Go on'}]".formatted(call));
  }

  @Test
  void aForeignMessageGivenBackBringsNeitherItsContainerNorItsOutput() throws Exception {
    String message = response.at("/choices/0/message").toString();
    assertNothingLeaks("'messages':[%s,{'role':'user','content':'Go on'}]".formatted(message));
  }

  private void assertNothingLeaks(String input) throws Exception {
    model.reply(ScriptedReply.code("print('mine')"), ScriptedReply.text("Done."));
    Answer answer =
        stranger.post("/v1/responses", "{'model':'m'," + input + "," + TOOL.formatted(AUTO) + "}");
    assertThat(answer.status()).as("%s", answer.text()).isEqualTo(200);
    JsonNode ran = answer.json().at("/output/0");
    assertThat(ran.path("type").asString()).isEqualTo("code_interpreter_call");
    assertThat(ran.path("container_id").asString()).isNotEqualTo(ids.get("auto"));
    assertThat(model.requests().getLast().body().toString())
        .as("what the model was shown")
        .doesNotContain("alice-output\\n")
        .doesNotContain("alice-question");
    assertThat(alice.get("/v1/containers").json().path("data")).hasSize(2);
  }

  private static String name(Route route) {
    return route.method() + " " + route.path();
  }

  private Answer send(Probe probe, Map<String, String> values) throws Exception {
    String path = filled(probe.path(), values);
    String body = probe.body() == null ? null : filled(probe.body(), values);
    if (body == null) {
      return probe.method().equals("GET") ? stranger.get(path) : stranger.delete(path);
    }
    return body.startsWith("--B")
        ? stranger.post(path, "multipart/form-data; boundary=B", body)
        : stranger.post(path, body);
  }

  private String filled(String text, Map<String, String> values) {
    String filled = text.replace("<own>", own);
    for (Map.Entry<String, String> e : values.entrySet()) {
      filled = filled.replace("{" + e.getKey() + "}", e.getValue());
    }
    return filled;
  }

  /** An answer without what differs by the ids that were sent. */
  private static String told(Answer answer, Map<String, String> sent) {
    String text = answer.text();
    for (Map.Entry<String, String> e : sent.entrySet()) {
      text = text.replace(e.getValue(), "{" + e.getKey() + "}");
    }
    boolean ofTheMachine = text.startsWith("# HELP");
    return answer.status() + " " + (ofTheMachine ? "metrics" : text);
  }

  /** An id of the same shape that was never given out. */
  private static String changed(String id) {
    char last = id.charAt(id.length() - 1);
    return id.substring(0, id.length() - 1) + (last == '0' ? '1' : '0');
  }

  /** All that Alice has, as she sees it. */
  private Map<String, String> alicesThings() throws Exception {
    Map<String, String> things = new LinkedHashMap<>();
    for (String path :
        List.of(
            "/v1/containers",
            "/v1/containers/" + ids.get("container") + "/files",
            "/v1/containers/" + ids.get("auto") + "/files",
            "/v1/files",
            "/v1/files/" + ids.get("file") + "/content",
            "/v1/files/" + ids.get("generated") + "/content",
            "/v1/containers/" + ids.get("container") + "/files/" + ids.get("upload") + "/content",
            "/v1/responses/" + ids.get("response"),
            "/v1/organization/costs?start_time=1772323200")) {
      Answer answer = alice.get(path);
      assertThat(answer.status()).as(path).isEqualTo(200);
      things.put(path, answer.text());
    }
    return things;
  }

  private static String container(Api api, String name) throws Exception {
    return api.post("/v1/containers", "{'name':'%s'}".formatted(name)).json().path("id").asString();
  }

  private String upload(String container) throws Exception {
    return alice
        .upload("/v1/containers/" + container + "/files", "u.txt", "alice-upload")
        .path("id")
        .asString();
  }
}
