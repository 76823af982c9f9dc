package dev.sandglass.sandbox.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.oci.OciConfig;
import dev.sandglass.testing.Runc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ProbedDriverTest {

  private static final ContainerSpec SPEC =
      new ContainerSpec("cntr_1", "p", 1 << 28, 64, 256, 1 << 20, 1 << 20, Runc.DISK);
  private static final ProbeSources SOURCES = ProbeSources.read(Path.of("..", "sandbox", "probes"));

  @TempDir Path directory;

  private ProbedDriver driver(String key, Path code, boolean refuses) throws Exception {
    return new ProbedDriver(
        Runc.open(directory, code),
        SOURCES,
        directory.resolve("reports"),
        key,
        refuses,
        Clock.systemUTC());
  }

  private ProbedDriver driver(String key, OciConfig.Disks.Kind disks) throws Exception {
    return new ProbedDriver(
        Runc.open(directory, new OciConfig.Disks(disks, 0)),
        SOURCES,
        directory.resolve("reports"),
        key,
        /* refuses= */ true,
        Clock.systemUTC());
  }

  private static Path code() throws IOException {
    return Path.of("..", "sandbox", "src").toRealPath();
  }

  /** The sandbox's code without its filters of system calls. */
  private Path weakCode() throws IOException {
    Path weak = directory.resolve("weak");
    try (Stream<Path> all = Files.walk(code())) {
      for (Path from : all.filter(p -> !p.toString().contains("__pycache__")).toList()) {
        Files.copy(from, weak.resolve(code().relativize(from).toString()));
      }
    }
    Path confine = weak.resolve("sandglass_sandbox/walls/confine.py");
    String text = Files.readString(confine);
    String without = text.replaceAll("bpf\\.install\\(.*\\)", "pass");
    assertThat(without).isNotEqualTo(text);
    Files.writeString(confine, without);
    return weak;
  }

  @Test
  void aContainerIsMadeOnceTheProbesHaveBeenStopped_andTheReportIsKept() throws Exception {
    try (ProbedDriver driver = driver("one", code(), true)) {
      assertThat(driver.ready()).isFalse();
      assertThat(driver.readiness()).contains("being probed");
      try (SandboxContainer container = driver.create(SPEC)) {
        assertThat(container.alive()).isTrue();
      }
      assertThat(driver.readiness()).isEqualTo("ok");
      assertThat(ProbeReport.passed(directory.resolve("reports"), "one-loop")).isPresent();
      assertThat(ProbeReport.passed(directory.resolve("reports"), "two-loop")).isEmpty();
    }
    try (ProbedDriver again = driver("one", code(), true)) {
      // Nothing is probed: there is no sandbox yet.
      assertThat(again.readiness()).isEqualTo("no sandbox is ready yet");
    }
    try (ProbedDriver inMemory = driver("one", OciConfig.Disks.Kind.TMPFS)) {
      assertThat(inMemory.disks()).isEqualTo("tmpfs");
      // With other disks the report says nothing.
      assertThat(inMemory.readiness()).contains("being probed");
    }
  }

  @Test
  void aSandboxThatDoesNotHoldMakesNoContainer_unlessForced() throws Exception {
    Path weak = weakCode();
    try (ProbedDriver driver = driver("weak", weak, true)) {
      assertThatThrownBy(() -> driver.create(SPEC))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("call-seccomp")
          .hasMessageContaining("sandbox.probes=warn")
          .hasMessageContaining("doctor");
      assertThat(driver.ready()).isFalse();
      assertThat(driver.readiness()).contains("does not hold");
    }
    assertThat(directory.resolve("reports")).doesNotExist();
    try (ProbedDriver forced = driver("weak", weak, false);
        SandboxContainer container = forced.create(SPEC)) {
      assertThat(container.alive()).isTrue();
      assertThat(forced.readiness()).isEqualTo("ok");
    }
  }
}
