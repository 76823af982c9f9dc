package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.testing.Runc;
import dev.sandglass.testing.Runsc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RunscDriverTest {

  @TempDir Path directory;

  private static ContainerSpec spec(String id) {
    return spec(id, 1 << 28);
  }

  private static ContainerSpec spec(String id, long memory) {
    return new ContainerSpec(id, "p", memory, 64, 256, 1 << 20, 1 << 20, Runc.DISK);
  }

  private static List<String> traces(OciConfig config) throws Exception {
    return Traces.of(config.runDir(), config.dataDir());
  }

  private static void assertNothingIsLeft(OciConfig config) throws Exception {
    Files.deleteIfExists(config.dataDir());
    assertThat(traces(config)).isEmpty();
  }

  @Test
  void closingTheDriverLeavesNothing() throws Exception {
    RunscDriver driver = Runsc.open(directory);
    driver.create(spec("cntr_1"));
    assertThat(traces(driver.config())).isNotEmpty();
    driver.close();
    assertNothingIsLeft(driver.config());
  }

  @Test
  void aKilledServersContainerIsFoundAgainWithTheCellThatRunsInIt() throws Exception {
    OciConfig config = Runsc.config(directory);
    Abandoned.killedInTheMiddleOfACell(config, config.imageDigest());
    RunscDriver next = Runsc.open(config);
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
    OciConfig config = Runsc.config(directory);
    RunscDriver first = Runsc.open(config);
    print(first.create(spec("cntr_1")), "x = 3");
    first.detach();
    RunscDriver second = Runsc.open(config);
    try {
      assertThat(print(second.found().getFirst(), "print(x)")).isEqualTo("3\n");
    } finally {
      second.close();
    }
    assertNothingIsLeft(config);
  }

  @Test
  void whatDiedWithoutAServerOrIsOnAnotherImageIsGoneAfterTheNextStart() throws Exception {
    OciConfig config = Runsc.config(directory);
    Abandoned.killedInTheMiddleOfACell(config, "sha256:another");
    RunscDriver first = Runsc.open(config);
    assertThat(first.found()).isEmpty();
    print(first.create(spec("cntr_dies")), "x = 3");
    first.detach();
    ProcessHandle.of(sandbox(config)).orElseThrow().destroyForcibly();
    RunscDriver second = Runsc.open(config);
    assertThat(second.found()).isEmpty();
    assertThat(traces(config)).noneMatch(trace -> trace.startsWith("process"));
    second.close();
    assertNothingIsLeft(config);
  }

  /** The pid of the only sandbox there is. */
  private static long sandbox(OciConfig config) throws Exception {
    try (var boxes = Files.newDirectoryStream(config.runDir(), "solo-*")) {
      return Long.parseLong(
          Files.readString(boxes.iterator().next().resolve("bundle/pid")).strip());
    }
  }

  @Test
  void anotherRuntimesSandboxesAreEndedByWhoeverTakesTheirPlace() throws Exception {
    OciConfig gvisor = Runsc.config(directory);
    OciConfig runc =
        new OciConfig(
            Path.of("/usr/sbin/runc"),
            gvisor.rootfs(),
            gvisor.imageDigest(),
            gvisor.source(),
            gvisor.runDir(),
            gvisor.dataDir(),
            gvisor.uidBase(),
            gvisor.backups(),
            gvisor.disks());
    RunscDriver first = Runsc.open(gvisor);
    print(first.create(spec("cntr_1")), "x = 1");
    first.detach();
    OciDriver second = OciDriver.open(runc);
    assertThat(traces(gvisor)).noneMatch(t -> t.startsWith("process") || t.contains("solo-"));
    print(second.create(spec("cntr_2")), "x = 1");
    second.detach();
    RunscDriver third = Runsc.open(gvisor);
    assertThat(traces(gvisor)).noneMatch(t -> t.startsWith("process") || t.contains("box-"));
    third.close();
    assertNothingIsLeft(gvisor);
  }

  @Test
  void manyProcessesThatTakeTooMuchTogetherCostTheCellAndNobodyElse() throws Exception {
    try (RunscDriver driver = Runsc.open(directory)) {
      SandboxContainer hog = driver.create(spec("cntr_hog", 512L << 20));
      SandboxContainer neighbour = driver.create(spec("cntr_neighbour"));
      print(hog, "x = 3");
      CellResult end =
          hog.execute(
              cell(
                  "h",
                  """
                  import os, time
                  for _ in range(20):
                      if os.fork() == 0:
                          b = bytearray(200 << 20); time.sleep(30); os._exit(0)
                  time.sleep(30)
                  """),
              output -> {});
      assertThat(end.status()).isEqualTo(CellResult.Status.DIED);
      assertThat(end.reason()).contains("it and its processes used", "of 0.50 GiB of memory");
      assertThat(end.note()).contains("Variables are as before this cell.");
      assertThat(print(hog, "print(x)")).isEqualTo("3\n");
      assertThat(print(neighbour, "print(1)")).isEqualTo("1\n");
    }
  }

  @Test
  void whatTakesTheSandboxesWholeMemoryEndsThatSandboxAlone() throws Exception {
    try (RunscDriver driver = Runsc.open(directory)) {
      SandboxContainer hog = driver.create(spec("cntr_hog"));
      SandboxContainer neighbour = driver.create(spec("cntr_neighbour"));
      // Between two cells nobody inside looks at the memory: the host's limit is what is left.
      String later =
          """
          import os, time
          for _ in range(4):
              if os.fork() == 0:
                  time.sleep(1); b = bytearray(800 << 20); time.sleep(60); os._exit(0)
          """;
      print(hog, later);
      for (int i = 0; i < 600 && hog.alive(); i++) {
        Thread.sleep(50);
      }
      assertThat(hog.alive()).isFalse();
      assertThat(print(neighbour, "print(1)")).isEqualTo("1\n");
      hog.close();
    }
  }

  @Test
  void aReadyContainerServesWhateverProjectComesFirst() throws Exception {
    OciConfig config = Runsc.config(directory);
    ReadyContainers.Wish wish = new ReadyContainers.Wish(1, spec(""));
    try (RunscDriver driver = RunscDriver.open(config, Runsc.OVERHEAD, wish)) {
      driver.warm("p");
      while (driver.readyContainers() == 0) {
        Thread.sleep(10);
      }
      SandboxContainer given = driver.create(spec("cntr_1").as("cntr_1", "another"));
      assertThat(given.id()).isEqualTo("cntr_1");
      assertThat(print(given, "print(1)")).isEqualTo("1\n");
    }
    assertNothingIsLeft(config);
  }

  @Test
  void aRuntimeThatFailsIsQuotedAndLeavesNothing() throws Exception {
    OciConfig good = Runsc.config(directory);
    OciConfig broken =
        new OciConfig(
            Path.of("/bin/false"),
            good.rootfs(),
            good.imageDigest(),
            good.source(),
            good.runDir(),
            good.dataDir(),
            good.uidBase(),
            good.backups(),
            good.disks());
    try (RunscDriver driver = Runsc.open(broken)) {
      assertThatThrownBy(() -> driver.create(spec("cntr_1")))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("ended with status 1");
      assertThat(driver.ready()).isFalse();
    }
    assertNothingIsLeft(broken);
  }

  private static CellRequest cell(String id, String code) {
    return new CellRequest(id, code, Duration.ofMinutes(1), Duration.ofSeconds(1), 10_000, 0);
  }

  private static String print(SandboxContainer container, String code) throws InterruptedException {
    StringBuilder printed = new StringBuilder();
    container.execute(
        cell("p", code),
        output -> {
          if (output instanceof CellOutput.Stream(var name, var text)) {
            printed.append(text);
          }
        });
    container.acknowledge("p");
    return printed.toString();
  }
}
