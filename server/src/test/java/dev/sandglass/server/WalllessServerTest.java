package dev.sandglass.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.oci.Traces;
import dev.sandglass.testing.Api;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ServerProcess;
import dev.sandglass.testing.Unwalled;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A server whose containers have no walls: it says so wherever it is asked, and serves. */
@Timeout(120)
class WalllessServerTest {

  private static final Map<String, String> PROCESS = Map.of("sandbox.runtime", "process");

  @TempDir Path directory;

  @BeforeEach
  void anImageIsThere() throws Exception {
    assertThat(Unwalled.config(directory).rootfs()).isDirectory();
  }

  @Test
  void everyStartAndReadyzAndEveryContainerSayThatThereAreNoWalls() throws Exception {
    try (ScriptedModel model = Wire.obedientModel();
        ServerProcess server = ServerProcess.start(directory, model, PROCESS);
        Api api = server.api()) {
      assertThat(server.log()).contains("NO WALLS (sandbox.runtime: process)", "For trusted code");
      JsonNode facts = api.get("/readyz").json().path("facts");
      assertThat(facts.path("runtime").asString()).isEqualTo("process");
      assertThat(facts.path("isolation").asString()).startsWith("none");
      JsonNode made = api.post("/v1/containers", "{'name':'c'}").json();
      assertThat(made.path("isolation").asString()).isEqualTo("none");
      assertThat(made.has("network_policy")).as("a policy that does not hold").isFalse();
      String path = "/v1/containers/" + made.path("id").asString();
      assertThat(api.get(path).json().path("isolation").asString()).isEqualTo("none");
    }
  }

  @Test
  void aKilledServersContainerGoesOnAndAStoppedOneLeavesNothing() throws Exception {
    try (ScriptedModel model = Wire.obedientModel()) {
      String container;
      ServerProcess first = ServerProcess.start(directory, model, PROCESS);
      try (Api api = first.api()) {
        container = Wire.container(api);
        JsonNode ran = Wire.run(api, "x = 7; open('/mnt/data/f', 'w').write('y')", container, null);
        assertThat(ran.path("status").asString()).isEqualTo("completed");
        first.kill();
      }
      ServerProcess second = ServerProcess.start(directory, model, PROCESS);
      try (Api api = second.api()) {
        JsonNode ran = Wire.run(api, "print(x, open('f').read())", container, null);
        assertThat(Wire.logs(ran)).contains("7 y");
      }
      assertThat(second.log().lines().filter(line -> line.contains("NO WALLS"))).hasSize(2);
      second.stop();
      assertThat(Traces.of(second.runDir(), second.dataDir()))
          .noneMatch(t -> t.startsWith("process") || t.contains("bare-"));
    }
  }
}
