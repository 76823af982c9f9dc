package dev.sandglass.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.oci.OciConfig;
import dev.sandglass.testing.Api;
import dev.sandglass.testing.Runc;
import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.Zeros;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A full container disk and a full host, as a client sees them. */
@Timeout(120)
class FullDiskTest {

  private static final int MIB = 1 << 20;

  private static final Map<String, String> SMALL =
      Map.of(
          "sandbox.disk", "128MiB",
          "sandbox.disk-inodes", "1000",
          "container.max-bytes", "100MiB",
          "files.max-bytes", "100MiB");

  @TempDir Path directory;

  private static Api api(RunningServer server) {
    return new Api(URI.create(server.url().toString().replaceFirst("/v1$", "")), server.key());
  }

  @Test
  void aCellThatFillsTheDiskIsToldWhichLimitItHasMet() throws Exception {
    try (ScriptedModel model = Wire.obedientModel();
        RunningServer server = RunningServer.start(directory, model, SMALL);
        Api api = api(server)) {
      String container = Wire.container(api);
      JsonNode response =
          Wire.run(api, "open('big', 'wb').write(b'x' * (200 << 20))", container, null);
      assertThat(Wire.logs(response))
          .contains("[Errno 28] No space left on device", "/mnt/data is full", "(sandbox.disk)");
    }
  }

  @Test
  void whatHoldsTheDisksIsToldToWhoeverAsksWhetherTheServerIsReady() throws Exception {
    try (ScriptedModel model = Wire.obedientModel();
        RunningServer server = RunningServer.start(directory, model, SMALL);
        Api api = api(server)) {
      assertThat(api.get("/readyz").json().at("/facts/disks").asString()).isEqualTo("loop");
      assertThat(api.get("/readyz").json().at("/facts/runtime").asString()).isEqualTo("runc");
    }
  }

  @Test
  void anUploadIntoAFullContainerIsRefusedAndLeavesNothing() throws Exception {
    try (ScriptedModel model = Wire.obedientModel();
        RunningServer server = RunningServer.start(directory, model, SMALL);
        Api api = api(server)) {
      String container = Wire.container(api);
      Wire.run(api, "open('big', 'wb').write(b'x' * (110 << 20))", container, null);
      String files = "/v1/containers/" + container + "/files";
      int before = api.get(files).json().path("data").size();
      Api.Answer refused = api.uploading(files, "more.bin", () -> new Zeros(50 * MIB));
      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.error().path("message").asString(""))
          .contains("/mnt/data is full", "128.00 MiB (sandbox.disk)", "Delete files");
      assertThat(api.get(files).json().path("data").size()).isEqualTo(before);
      JsonNode after = Wire.run(api, "import os; print(os.listdir('.'))", container, null);
      assertThat(Wire.logs(after)).isEqualTo("['big']\n");
      api.upload(files, "small.txt", "fits");
    }
  }

  @Test
  void aServerWhoseDiskIsNearlyFullMakesNoContainerForNow() throws Exception {
    OciConfig.Disks greedy = new OciConfig.Disks(OciConfig.Disks.Kind.AUTO, Long.MAX_VALUE);
    try (ScriptedModel model = Wire.obedientModel();
        RunningServer server =
            RunningServer.start(
                directory, Runc.open(directory, greedy), model, SMALL, Clock.systemUTC());
        Api api = api(server)) {
      Api.Answer refused = api.post("/v1/containers", "{'name':'c'}");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).isPresent();
      assertThat(refused.error().path("message").asString(""))
          .contains("nearly full", "(sandbox.disk-free)", "Try again later");
      Api.Answer turn =
          api.post("/v1/responses", "application/json", Wire.body("1", null, null).toString());
      assertThat(turn.status()).isEqualTo(503);
    }
  }
}
