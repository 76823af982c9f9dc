package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.testing.Runsc;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RunscDriverTest extends TakeOverContract {

  @Override
  OciConfig config() throws Exception {
    return Runsc.config(directory);
  }

  @Override
  RunscDriver open(OciConfig config) throws InterruptedException {
    return Runsc.open(config);
  }

  @Test
  void whatDiedWithoutAServerIsGoneAfterTheNextStart() throws Exception {
    OciConfig config = config();
    RunscDriver first = open(config);
    print(first.create(spec("cntr_dies")), "x = 3");
    first.detach();
    ProcessHandle.of(sandbox(config)).orElseThrow().destroyForcibly();
    RunscDriver second = open(config);
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
    OciConfig gvisor = config();
    OciConfig runc = with(gvisor, Path.of("/usr/sbin/runc"));
    RunscDriver first = open(gvisor);
    print(first.create(spec("cntr_1")), "x = 1");
    first.detach();
    OciDriver second = OciDriver.open(runc);
    assertThat(traces(gvisor)).noneMatch(t -> t.startsWith("process") || t.contains("solo-"));
    print(second.create(spec("cntr_2")), "x = 1");
    second.detach();
    RunscDriver third = open(gvisor);
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
    OciConfig config = config();
    ReadyContainers.Wish wish = new ReadyContainers.Wish(1, spec(""));
    try (RunscDriver driver = RunscDriver.open(config, Runsc.OVERHEAD, wish, HostMemory.enough())) {
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
}
