package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
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

@Timeout(120)
class OciDriverTest {

  @TempDir Path directory;

  private static ContainerSpec spec(String id) {
    return new ContainerSpec(id, "p", 1 << 28, 64, 256, 1 << 20, 1 << 20, Runc.DISK);
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
  void aKilledServersContainerIsFoundAgainWithTheCellThatRunsInIt() throws Exception {
    OciConfig config = configured();
    Abandoned.killedInTheMiddleOfACell(config, config.imageDigest());
    OciDriver next = OciDriver.open(config);
    try {
      SandboxContainer found = next.found().getFirst();
      assertThat(next.found()).hasSize(1);
      assertThat(found.id()).isEqualTo("cntr_abandoned");
      assertThat(found.kept()).containsExactly("c");
      CellRequest cell = cell("c", "");
      List<CellOutput> outputs = new CopyOnWriteArrayList<>();
      CellResult end =
          found.rejoin(
              cell,
              output -> {
                outputs.add(output);
                found.interrupt("c");
              });
      assertThat(end.status()).isEqualTo(CellResult.Status.INTERRUPTED);
      assertThat(outputs).contains(new CellOutput.Stream(CellOutput.Stream.Name.STDOUT, "on\n"));
      found.acknowledge("c");
      assertThat(found.list(10)).extracting(SandboxContainer.FileStat::path).containsExactly("f");
      assertThat(print(found, "print(x)")).isEqualTo("7\n");
      // New ones go on beside it, in the same sandbox.
      assertThat(next.create(spec("cntr_2")).alive()).isTrue();
    } finally {
      next.close();
    }
    Files.deleteIfExists(config.dataDir());
    assertThat(Traces.of(next)).isEmpty();
  }

  @Test
  void aServerThatLetsGoIsFollowedByOneThatTakesOver() throws Exception {
    OciConfig config = configured();
    OciDriver first = OciDriver.open(config);
    print(first.create(spec("cntr_1")), "x = 3");
    first.detach();
    OciDriver second = OciDriver.open(config);
    try {
      assertThat(print(second.found().getFirst(), "print(x)")).isEqualTo("3\n");
      assertThat(second.ready()).isTrue();
    } finally {
      second.close();
    }
    Files.deleteIfExists(config.dataDir());
    assertThat(Traces.of(second)).isEmpty();
  }

  @Test
  void whatDiedWithoutAServerIsGoneAfterTheNextStart() throws Exception {
    OciConfig config = configured();
    OciDriver first = OciDriver.open(config);
    first.create(spec("cntr_lives"));
    first.create(spec("cntr_dies"));
    first.detach();
    List<Long> supervisors = Traces.supervisors(config.runDir());
    ProcessHandle.of(supervisors.getLast()).orElseThrow().destroyForcibly();
    OciDriver second = OciDriver.open(config);
    try {
      assertThat(second.found()).extracting(SandboxContainer::id).containsExactly("cntr_lives");
      assertThat(Traces.of(second)).noneMatch(trace -> trace.contains("cntr_dies"));
    } finally {
      second.close();
    }
    Files.deleteIfExists(config.dataDir());
    assertThat(Traces.of(second)).isEmpty();
  }

  @Test
  void whatAKilledServerLeftOnAnotherImageIsGoneAfterTheNextStart() throws Exception {
    OciConfig config = configured();
    Abandoned.killedInTheMiddleOfACell(config, "sha256:another");
    OciDriver next = OciDriver.open(config);
    try {
      assertThat(next.found()).isEmpty();
      assertThat(Traces.of(next))
          .noneMatch(trace -> trace.startsWith("process") || trace.contains("box-"))
          .noneMatch(trace -> trace.contains("cntr_abandoned"));
      assertThat(next.create(spec("cntr_abandoned")).list(10)).isEmpty();
    } finally {
      next.close();
    }
  }

  private static final String FILL =
      """
      f, n = open('big', 'wb', buffering=0), 0
      try:
          while True:
              n += f.write(bytes(1 << 16))
      except OSError as e:
          print(e.errno, n >> 20)
      """;

  @Test
  void aDiskInMemoryIsFullAtHalfOfIt() throws Exception {
    OciConfig.Disks memory = new OciConfig.Disks(OciConfig.Disks.Kind.TMPFS, 0);
    try (OciDriver driver = Runc.open(directory, memory)) {
      SandboxContainer container = driver.create(spec("cntr_1")); // of 256 MiB
      assertThat(print(container, FILL)).isEqualTo("28 128\n");
      assertThat(print(container, "print(f.close())")).isEqualTo("None\n");
    }
  }

  @Test
  void withoutADiskOfItsOwnAContainerWritesToADirectory() throws Exception {
    OciConfig.Disks none = new OciConfig.Disks(OciConfig.Disks.Kind.NONE, 0);
    try (OciDriver driver = Runc.open(directory, none)) {
      print(driver.create(spec("cntr_1")), "open('f', 'w').write('x')");
      assertThat(Traces.of(driver)).anyMatch(trace -> trace.endsWith("/cntr_1/f"));
    }
  }

  private static CellRequest cell(String id, String code) {
    return new CellRequest(id, code, Duration.ofMinutes(1), Duration.ofSeconds(1), 10_000, 0);
  }

  private static String print(SandboxContainer container, String code) throws InterruptedException {
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

  private OciConfig configured() throws Exception {
    OciDriver driver = Runc.open(directory);
    driver.close();
    return driver.config();
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
        config.backups(),
        config.disks());
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
