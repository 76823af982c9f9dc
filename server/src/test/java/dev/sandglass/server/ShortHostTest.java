package dev.sandglass.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.oci.HostMemory;
import dev.sandglass.sandbox.oci.PretendedMemory;
import dev.sandglass.testing.Api;
import dev.sandglass.testing.Runc;
import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A host that is short of memory, as a client sees it. */
@Timeout(120)
class ShortHostTest {

  private static final long GIB = 1L << 30;
  private static final String NO_WAY_BACK =
      "There is no way back from this cell: no backup is kept";

  @TempDir Path directory;

  private final PretendedMemory memory = new PretendedMemory(8 * GIB, 4 * GIB);

  private RunningServer start(ScriptedModel model) throws Exception {
    HostMemory host = memory.host(GIB);
    return RunningServer.start(
        directory, Runc.open(directory, host), model, Map.of(), Clock.systemUTC());
  }

  private static Api api(RunningServer server) {
    return new Api(URI.create(server.url().toString().replaceFirst("/v1$", "")), server.key());
  }

  @Test
  void itMakesNoContainerUntilItHasMemoryAgain() throws Exception {
    try (ScriptedModel model = Wire.obedientModel();
        RunningServer server = start(model);
        Api api = api(server)) {
      memory.has(GIB - 1);
      refused(api.post("/v1/containers", "{'name':'c'}"));
      String turn = Wire.body("1", null, null).put("stream", true).toString();
      refused(api.post("/v1/responses", "application/json", turn));
      assertThat(model.requests()).isEmpty();
      memory.has(2 * GIB);
      assertThat(api.post("/v1/containers", "{'name':'c'}").status()).isEqualTo(200);
    }
  }

  private static void refused(Api.Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
    assertThat(answer.error().path("type").asString()).isEqualTo("service_unavailable_error");
    assertThat(answer.error().path("message").asString())
        .contains("short of memory", "1.00 GiB must be", "(sandbox.memory-free)", "Try again");
  }

  @Test
  void itStartsNoProcessOfAContainerAgain() throws Exception {
    try (ScriptedModel model = Wire.obedientModel()) {
      String container;
      try (RunningServer server = start(model);
          Api api = api(server)) {
        container = Wire.container(api);
        Wire.run(api, "open('kept.txt', 'w').write('kept')", container, null);
      }
      memory.becomes(GIB - 1);
      try (RunningServer server = start(model);
          Api api = api(server)) {
        String turn = Wire.body("1", container, null).toString();
        refused(api.post("/v1/responses", "application/json", turn));
        assertThat(Wire.file(api, container, "kept.txt")).isEqualTo("kept");
      }
    }
  }

  @Test
  void containersThatRunGoOnWithoutAWayBackWhichTheirResultsSay() throws Exception {
    try (ScriptedModel model = Wire.obedientModel();
        RunningServer server = start(model);
        Api api = api(server)) {
      String container = Wire.container(api);
      assertThat(Wire.logs(Wire.run(api, "import os; x = 1", container, null))).isEmpty();
      memory.has(GIB - 1);
      assertThat(Wire.logs(Wire.run(api, "print(x)", container, null)))
          .startsWith("1\n")
          .contains(NO_WAY_BACK, "(sandbox.memory-free)");
      assertThat(Wire.logs(Wire.run(api, "os._exit(1)", container, null)))
          .contains("All variables are lost", "short of memory (sandbox.memory-free)");
      memory.has(2 * GIB);
      assertThat(Wire.logs(Wire.run(api, "import os; x = 2", container, null))).isEmpty();
      assertThat(Wire.logs(Wire.run(api, "os._exit(1)", container, null)))
          .contains("Variables are as before this cell.");
    }
  }

  @Test
  void moreMemoryThanItHasIsRefusedNamingTheMostThereIs() throws Exception {
    try (ScriptedModel model = Wire.obedientModel();
        RunningServer server = start(model);
        Api api = api(server)) {
      String said =
          "Invalid value: '16g'. This server's host could give a container 6.8 GiB at most; the largest"
              + " '%s' available is '4g'.";
      JsonNode alone = api.post("/v1/containers", "{'name':'c','memory_limit':'16g'}").error();
      assertThat(alone.path("message").asString()).isEqualTo(said.formatted("memory_limit"));
      Api.Answer turn =
          api.post(
              "/v1/responses",
              "{'model':'m','input':'?','tools':[{'type':'code_interpreter',"
                  + "'container':{'type':'auto','memory_limit':'16g'}}]}");
      assertThat(turn.status()).isEqualTo(400);
      assertThat(turn.error().path("code").asString()).isEqualTo("invalid_value");
      assertThat(turn.error().path("param").asString())
          .isEqualTo("tools[0].container.memory_limit");
      assertThat(api.post("/v1/containers", "{'name':'c','memory_limit':'4g'}").status())
          .isEqualTo(200);
    }
  }
}
