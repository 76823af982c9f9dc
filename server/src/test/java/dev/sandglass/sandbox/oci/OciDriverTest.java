package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.testing.Runc;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class OciDriverTest {

  @TempDir Path directory;

  private static ContainerSpec spec(String id) {
    return new ContainerSpec(id, "p", 1 << 28, 64, 256, 1 << 20, 1 << 20);
  }

  @Test
  void closingTheDriverLeavesNothing() throws Exception {
    OciDriver driver = Runc.open(directory);
    driver.create(spec("cntr_1"));
    assertThat(Traces.of(driver)).isNotEmpty();
    driver.close();
    Files.deleteIfExists(driver.config().dataDir());
    assertThat(Traces.of(driver)).isEmpty();
  }

  @Test
  void whatAKilledServerLeftIsGoneAfterTheNextStart() throws Exception {
    OciDriver first = Runc.open(directory);
    OciConfig config = first.config();
    first.close();
    killedInTheMiddleOfACell(config);
    assertThat(Traces.of(first)).as("it really left something").hasSizeGreaterThan(5);
    OciDriver next = OciDriver.open(config);
    try {
      assertThat(Traces.of(next))
          .noneMatch(trace -> trace.startsWith("process") || trace.contains("box-"))
          .noneMatch(trace -> trace.contains("cntr_abandoned"));
      assertThat(next.create(spec("cntr_abandoned")).list(10)).isEmpty();
    } finally {
      next.close();
    }
  }

  private static void killedInTheMiddleOfACell(OciConfig config) throws Exception {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")),
            "-Xmx128m",
            Abandoned.class.getName(),
            config.runtime().toString(),
            config.rootfs().toString(),
            config.source().toString(),
            config.runDir().toString(),
            config.dataDir().toString(),
            Long.toString(config.uidBase()));
    Process server = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(said.lines().anyMatch(line -> line.equals("running"))).isTrue();
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  @Test
  void twoServersDoNotShareARunDirectory() throws Exception {
    try (OciDriver first = Runc.open(directory)) {
      assertThatThrownBy(() -> OciDriver.open(first.config()))
          .isInstanceOfSatisfying(
              SandboxException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED_HOST))
          .hasMessageContaining("Another server")
          .hasMessageContaining("sandbox.run");
      assertThat(first.create(spec("cntr_1")).alive()).isTrue();
    }
  }

  @Test
  void whatIsMissingIsNamedWithTheWayOut() throws Exception {
    OciConfig good;
    try (OciDriver driver = Runc.open(directory)) {
      good = driver.config();
    }
    Path nowhere = directory.resolve("nowhere");
    assertThatThrownBy(() -> OciDriver.open(with(good, nowhere, good.rootfs(), good.source())))
        .hasMessageContaining("apt-get install runc");
    assertThatThrownBy(() -> OciDriver.open(with(good, good.runtime(), nowhere, good.source())))
        .hasMessageContaining("image build");
    assertThatThrownBy(() -> OciDriver.open(with(good, good.runtime(), good.rootfs(), nowhere)))
        .hasMessageContaining("sandbox.source");
  }

  private static OciConfig with(OciConfig config, Path runtime, Path rootfs, Path source) {
    return new OciConfig(
        runtime,
        rootfs,
        "",
        source,
        config.runDir(),
        config.dataDir(),
        config.uidBase(),
        config.backups());
  }

  @Test
  void aRuntimeThatFailsIsQuotedAndLeavesNothing() throws Exception {
    OciConfig good;
    try (OciDriver driver = Runc.open(directory)) {
      good = driver.config();
    }
    try (OciDriver driver =
        OciDriver.open(with(good, Path.of("/bin/false"), good.rootfs(), good.source()))) {
      List<String> before = Traces.of(driver);
      assertThatThrownBy(() -> driver.create(spec("cntr_1")))
          .hasMessageContaining("ended with status 1");
      assertThat(Traces.of(driver)).isEqualTo(before);
    }
  }

  @Test
  void anIdThatIsAPathIsRefused() throws Exception {
    try (OciDriver driver = Runc.open(directory)) {
      assertThatThrownBy(() -> driver.create(spec("../../etc")))
          .isInstanceOfSatisfying(
              SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID));
    }
  }
}
