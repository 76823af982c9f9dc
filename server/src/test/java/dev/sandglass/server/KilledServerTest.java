package dev.sandglass.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.oci.Traces;
import dev.sandglass.testing.Api;
import dev.sandglass.testing.Runc;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A server process is killed with SIGKILL, or stopped, and started again: what is promised of
 * variables, files, responses and of what is left behind.
 */
@Timeout(300)
class KilledServerTest {

  /** Says "one", waits for a file from outside, says "two". */
  private static final String LONG_CELL =
      """
      import os, time
      open('during.txt', 'w').write('d')
      x += 1
      print('one', flush=True)
      while not os.path.exists('go.txt'): time.sleep(0.02)
      open('after.txt', 'w').write('a')
      print('two')
      """;

  @TempDir Path directory;
  private final List<ServerProcess> started = new ArrayList<>();

  private ServerProcess start(ScriptedModel model, Map<String, String> settings) throws Exception {
    Runc.required();
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("sandbox.ready-containers", "0"); // so that every supervisor is somebody's
    ServerProcess server = ServerProcess.start(directory.resolve("home"), model, all);
    started.add(server);
    return server;
  }

  /** Also after a failure no server stays behind, nor its sandboxes. */
  @AfterEach
  void stop() throws InterruptedException {
    for (ServerProcess server : started) {
      server.stop();
    }
  }

  @Test
  void killedDuringACellItLosesNothing() throws Exception {
    try (ScriptedModel model = Wire.obedientModel()) {
      ServerProcess first = start(model, Map.of());
      String container = Wire.container(first.api());
      Wire.run(first.api(), "x = 41\nopen('before.txt', 'w').write('b')", container, null);
      String id;
      try (Wire.Streaming stream =
          new Wire.Streaming(
              first,
              Wire.body(LONG_CELL, container, null),
              line -> line.contains("sandglass.cell_output.delta") && line.contains("one"))) {
        id = stream.responseId;
        first.kill();
      }
      ServerProcess second = start(model, Map.of());
      Api api = second.api();
      assertThat(Wire.response(api, id).path("status").asString(""))
          .as("while its cell goes on")
          .isEqualTo("in_progress");
      api.upload("/v1/containers/" + container + "/files", "go.txt", "go");
      JsonNode ended = Wire.ended(api, id);
      assertThat(ended.path("status").asString("")).isEqualTo("failed");
      assertThat(ended.path("error").path("message").asString(""))
          .contains("The server was stopped", "previous_response_id");
      assertThat(Wire.logs(ended)).isEqualTo("one\ntwo\n");
      assertThat(ended.path("output").path(0).path("status").asString("")).isEqualTo("completed");
      assertThat(Wire.file(api, container, "before.txt")).isEqualTo("b");
      assertThat(Wire.file(api, container, "during.txt")).isEqualTo("d");
      assertThat(Wire.file(api, container, "after.txt")).isEqualTo("a");
      JsonNode next = Wire.run(api, "print(x)", null, id);
      assertThat(Wire.logs(next)).as("its code ran once").isEqualTo("42\n");
      assertThat(next.path("output").path(0).path("container_id").asString(""))
          .isEqualTo(container);
      second.stop();
      assertNothingIsLeft(second);
    }
  }

  @Test
  void aContainerThatWasMadeAheadOfNeedIsFoundAgainToo() throws Exception {
    try (ScriptedModel model = Wire.obedientModel()) {
      Map<String, String> ready = Map.of("sandbox.ready-containers", "1");
      ServerProcess first = start(model, ready);
      List<String> containers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        containers.add(Wire.container(first.api()));
        Wire.run(first.api(), "z = " + i, containers.get(i), null);
      }
      first.kill();
      ServerProcess second = start(model, ready);
      for (int i = 0; i < 3; i++) {
        assertThat(Wire.logs(Wire.run(second.api(), "print(z)", containers.get(i), null)))
            .isEqualTo(i + "\n");
      }
      second.stop();
      assertNothingIsLeft(second);
    }
  }

  @Test
  void aRequestThatGoesOnFromAnInterruptedResponseWaitsForItsCell() throws Exception {
    try (ScriptedModel model = Wire.obedientModel()) {
      ServerProcess first = start(model, Map.of());
      String container = Wire.container(first.api());
      Wire.run(first.api(), "x = 0", container, null);
      String cell = "import time\nprint('one', flush=True)\ntime.sleep(6)\nx += 1\nprint('two')";
      String id;
      try (Wire.Streaming stream =
          new Wire.Streaming(
              first,
              Wire.body(cell, container, null),
              line -> line.contains("sandglass.cell_output.delta"))) {
        id = stream.responseId;
        first.kill();
      }
      try (ServerProcess second = start(model, Map.of())) {
        assertThat(Wire.logs(Wire.run(second.api(), "print(x)", container, id))).isEqualTo("1\n");
        assertThat(Wire.logs(Wire.response(second.api(), id))).isEqualTo("one\ntwo\n");
      }
    }
  }

  @Test
  void killedBetweenTwoTurnsItKeepsVariablesAndEndsWhatItNoLongerKnows() throws Exception {
    try (ScriptedModel model = Wire.obedientModel()) {
      ServerProcess first = start(model, Map.of());
      String kept = Wire.container(first.api());
      String deleted = Wire.container(first.api());
      Wire.run(first.api(), "y = 'here'", kept, null);
      Wire.run(first.api(), "y = 'there'", deleted, null);
      first.api().delete("/v1/containers/" + deleted);
      first.kill();
      ServerProcess second = start(model, Map.of());
      assertThat(Wire.logs(Wire.run(second.api(), "print(y)", kept, null))).isEqualTo("here\n");
      assertThat(Traces.supervisors(second.runDir())).hasSize(1);
      second.stop();
      assertNothingIsLeft(second);
    }
  }

  @Test
  void anInterruptedResponseWhoseContainerIsGoneTooSaysSo() throws Exception {
    try (ScriptedModel model = Wire.obedientModel()) {
      ServerProcess first = start(model, Map.of());
      String container = Wire.container(first.api());
      Wire.run(first.api(), "x = 1\nopen('kept.txt', 'w').write('k')", container, null);
      String id;
      try (Wire.Streaming stream =
          new Wire.Streaming(
              first,
              Wire.body(LONG_CELL, container, null),
              line -> line.contains("sandglass.cell_output.delta"))) {
        id = stream.responseId;
        first.kill();
      }
      for (long pid : Traces.supervisors(first.runDir())) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      }
      ServerProcess second = start(model, Map.of());
      JsonNode ended = Wire.response(second.api(), id);
      assertThat(ended.path("status").asString("")).isEqualTo("failed");
      assertThat(ended.path("output").path(0).path("status").asString("")).isEqualTo("incomplete");
      assertThat(Wire.logs(ended)).contains("its output is lost");
      JsonNode next = Wire.run(second.api(), "print(open('kept.txt').read())", container, id);
      assertThat(Wire.logs(next)).contains("k\n", "Variables of earlier cells are lost");
      second.stop();
      assertNothingIsLeft(second);
    }
  }

  @Test
  void aKilledSupervisorIsToldInTheLogAndByTheNextCell() throws Exception {
    try (ScriptedModel model = Wire.obedientModel();
        ServerProcess server = start(model, Map.of())) {
      String container = Wire.container(server.api());
      Wire.run(server.api(), "x = 1\nopen('kept.txt', 'w').write('k')", container, null);
      for (long pid : Traces.supervisors(server.runDir())) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      }
      JsonNode next = Wire.run(server.api(), "print(open('kept.txt').read())", container, null);
      assertThat(next.path("status").asString("")).isEqualTo("completed");
      assertThat(Wire.logs(next)).contains("k\n", "Variables of earlier cells are lost");
      assertThat(server.log()).contains(container + " has ended by itself");
    }
  }

  @Test
  void stoppedInGoodOrderItLeavesNothingUnlessToldToKeepItsSandboxes() throws Exception {
    try (ScriptedModel model = Wire.obedientModel()) {
      ServerProcess first = start(model, Map.of("sandbox.survive-stop", "true"));
      String container = Wire.container(first.api());
      Wire.run(first.api(), "x = 'still here'", container, null);
      first.stop();
      assertThat(Traces.supervisors(first.runDir())).hasSize(1);
      ServerProcess second = start(model, Map.of());
      assertThat(Wire.logs(Wire.run(second.api(), "print(x)", container, null)))
          .isEqualTo("still here\n");
      second.stop();
      assertNothingIsLeft(second);
    }
  }

  private static void assertNothingIsLeft(ServerProcess server) throws Exception {
    Files.deleteIfExists(server.dataDir());
    assertThat(Traces.of(server.runDir(), server.dataDir())).isEmpty();
  }
}
