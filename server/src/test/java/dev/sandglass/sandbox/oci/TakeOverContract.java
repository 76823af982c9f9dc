package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.testing.Runc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every driver on this host promises of what it leaves, and of what it finds again. */
@Timeout(120)
abstract class TakeOverContract {

  @TempDir Path directory;

  /** Directories of its own; the test is skipped where something is missing. */
  abstract OciConfig config() throws Exception;

  abstract SandboxDriver open(OciConfig config) throws Exception;

  static ContainerSpec spec(String id) {
    return spec(id, 1 << 28);
  }

  static ContainerSpec spec(String id, long memory) {
    return new ContainerSpec(id, "p", memory, 64, 256, 1 << 20, 1 << 20, Runc.DISK);
  }

  static List<String> traces(OciConfig config) throws Exception {
    return Traces.of(config.runDir(), config.dataDir());
  }

  static void assertNothingIsLeft(OciConfig config) throws Exception {
    Files.deleteIfExists(config.dataDir());
    assertThat(traces(config)).isEmpty();
  }

  static OciConfig with(OciConfig config, Path runtime, Path rootfs, Path source) {
    return new OciConfig(
        runtime,
        rootfs,
        config.imageDigest(),
        source,
        config.runDir(),
        config.dataDir(),
        config.uidBase(),
        config.backups(),
        config.disks());
  }

  static OciConfig with(OciConfig config, Path runtime) {
    return with(config, runtime, config.rootfs(), config.source());
  }

  static CellRequest cell(String id, String code) {
    return new CellRequest(id, code, Duration.ofMinutes(1), Duration.ofSeconds(1), 10_000, 0, 0);
  }

  static String print(SandboxContainer container, String code) throws InterruptedException {
    StringBuilder printed = new StringBuilder();
    String id = "p-" + code; // what one server acknowledged last may not have been read yet
    container.execute(
        cell(id, code),
        output -> {
          if (output instanceof CellOutput.Stream(var name, var text)) {
            printed.append(text);
          }
        });
    container.acknowledge(id);
    return printed.toString();
  }

  @Test
  void closingTheDriverLeavesNothing() throws Exception {
    OciConfig config = config();
    SandboxDriver driver = open(config);
    driver.create(spec("cntr_1"));
    assertThat(traces(config)).isNotEmpty();
    driver.close();
    assertNothingIsLeft(config);
  }

  @Test
  void aKilledServersContainerIsFoundAgainWithTheCellThatRunsInIt() throws Exception {
    OciConfig config = config();
    Abandoned.killedInTheMiddleOfACell(config, config.imageDigest());
    SandboxDriver next = open(config);
    try {
      SandboxContainer found = next.found().getFirst();
      assertThat(next.found()).hasSize(1);
      assertThat(found.id()).isEqualTo("cntr_abandoned");
      assertThat(found.kept()).containsExactly("c");
      List<CellOutput> outputs = new CopyOnWriteArrayList<>();
      CellResult end =
          found.rejoin(
              cell("c", ""),
              output -> {
                outputs.add(output);
                found.interrupt("c");
              });
      assertThat(end.status()).isEqualTo(CellResult.Status.INTERRUPTED);
      assertThat(outputs).contains(new CellOutput.Stream(CellOutput.Stream.Name.STDOUT, "on\n"));
      found.acknowledge("c");
      assertThat(found.list(10)).extracting(SandboxContainer.FileStat::path).containsExactly("f");
      assertThat(print(found, "print(x)")).isEqualTo("7\n");
      assertThat(next.create(spec("cntr_2")).alive()).isTrue();
    } finally {
      next.close();
    }
    assertNothingIsLeft(config);
  }

  @Test
  void aServerThatLetsGoIsFollowedByOneThatTakesOver() throws Exception {
    OciConfig config = config();
    SandboxDriver first = open(config);
    print(first.create(spec("cntr_1")), "x = 3");
    first.detach();
    SandboxDriver second = open(config);
    try {
      assertThat(print(second.found().getFirst(), "print(x)")).isEqualTo("3\n");
    } finally {
      second.close();
    }
    assertNothingIsLeft(config);
  }

  @Test
  void whatAKilledServerLeftOnAnotherImageIsGoneAfterTheNextStart() throws Exception {
    OciConfig config = config();
    Abandoned.killedInTheMiddleOfACell(config, "sha256:another");
    SandboxDriver next = open(config);
    try {
      assertThat(next.found()).isEmpty();
      assertThat(traces(config))
          .noneMatch(trace -> trace.startsWith("process"))
          .noneMatch(trace -> trace.contains("box-") || trace.contains("solo-"))
          .noneMatch(trace -> trace.contains("cntr_abandoned"));
      assertThat(next.create(spec("cntr_abandoned")).list(10)).isEmpty();
    } finally {
      next.close();
    }
    assertNothingIsLeft(config);
  }

  @Test
  void twoServersDoNotShareARunDirectory() throws Exception {
    OciConfig config = config();
    try (SandboxDriver first = open(config)) {
      assertThatThrownBy(() -> open(config))
          .isInstanceOfSatisfying(
              SandboxException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED_HOST))
          .hasMessageContaining("Another server")
          .hasMessageContaining("sandbox.run");
      assertThat(first.create(spec("cntr_1")).alive()).isTrue();
    }
  }

  @Test
  void aRuntimeThatFailsIsQuotedAndLeavesNothing() throws Exception {
    OciConfig broken = with(config(), Path.of("/bin/false"));
    try (SandboxDriver driver = open(broken)) {
      assertThatThrownBy(() -> driver.create(spec("cntr_1")))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("ended with status 1");
      assertThat(traces(broken))
          .noneMatch(trace -> trace.startsWith("process"))
          .noneMatch(trace -> trace.contains("box-") || trace.contains("solo-"));
      assertThat(driver.ready()).isFalse();
    }
    assertNothingIsLeft(broken);
  }

  @Test
  void anIdThatIsAPathIsRefused() throws Exception {
    try (SandboxDriver driver = open(config())) {
      assertThatThrownBy(() -> driver.create(spec("../../etc")))
          .isInstanceOfSatisfying(
              SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID));
    }
  }
}
