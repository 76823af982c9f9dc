package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.testing.Runc;
import dev.sandglass.testing.Unwalled;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessDriverTest extends TakeOverContract {

  /** Starts what outlives its parents, and tells when it runs. */
  private static final String ORPHANS =
      """
      import os, time
      read, write = os.pipe()
      if os.fork() == 0:
          os.setsid()
          if os.fork() == 0:
              os.write(write, b'x'); time.sleep(600)
          os._exit(0)
      print(os.read(read, 1))
      """;

  @Override
  OciConfig config() throws Exception {
    return Unwalled.config(directory);
  }

  @Override
  ProcessDriver open(OciConfig config) throws InterruptedException {
    return Unwalled.open(config);
  }

  private static List<ProcessHandle> processes(OciConfig config) throws Exception {
    return Marked.of(config.runDir().resolve("bare-1"));
  }

  @Test
  void whatCodeLeavesRunningEndsWithItsContainer() throws Exception {
    OciConfig config = config();
    try (ProcessDriver driver = open(config)) {
      SandboxContainer stays = driver.create(spec("cntr_stays"));
      List<String> before = traces(config);
      SandboxContainer container = driver.create(spec("cntr_1"));
      assertThat(print(container, ORPHANS)).isEqualTo("b'x'\n");
      container.close();
      assertThat(traces(config)).isEqualTo(before);
      assertThat(print(stays, "print(1)")).isEqualTo("1\n");
    }
    assertNothingIsLeft(config);
  }

  @Test
  void whatAKilledSupervisorLeavesIsEndedAndItsContainerDead() throws Exception {
    OciConfig config = config();
    try (ProcessDriver driver = open(config)) {
      SandboxContainer stays = driver.create(spec("cntr_stays"));
      List<String> before = traces(config);
      SandboxContainer container = driver.create(spec("cntr_1"));
      print(container, ORPHANS);
      String parent = print(container, "print(os.getppid())").strip();
      ProcessHandle.of(Long.parseLong(parent)).orElseThrow().destroyForcibly();
      for (int i = 0; i < 2_000 && container.alive(); i++) {
        Thread.sleep(5);
      }
      assertThat(container.alive()).isFalse();
      container.close();
      assertThat(traces(config)).isEqualTo(before);
      assertThat(print(stays, "print(1)")).isEqualTo("1\n");
    }
    assertNothingIsLeft(config);
  }

  @Test
  void aKilledZygotesContainersEndAndTheNextOneIsMadeInANewSandbox() throws Exception {
    OciConfig config = config();
    try (ProcessDriver driver = open(config)) {
      SandboxContainer container = driver.create(spec("cntr_1"));
      print(container, ORPHANS);
      processes(config).stream()
          .filter(p -> p.parent().filter(ProcessHandle.current()::equals).isPresent())
          .forEach(ProcessHandle::destroyForcibly);
      for (int i = 0; i < 2_000 && container.alive(); i++) {
        Thread.sleep(5);
      }
      assertThat(container.alive()).isFalse();
      assertThat(print(driver.create(spec("cntr_2")), "print(1)")).isEqualTo("1\n");
    }
    assertNothingIsLeft(config);
  }

  @Test
  void whatDiedWithoutAServerIsGoneAfterTheNextStart() throws Exception {
    OciConfig config = config();
    ProcessDriver first = open(config);
    SandboxContainer container = first.create(spec("cntr_dies"));
    print(container, ORPHANS);
    String parent = print(container, "print(os.getppid())").strip();
    first.create(spec("cntr_lives"));
    first.detach();
    ProcessHandle.of(Long.parseLong(parent)).orElseThrow().destroyForcibly();
    ProcessDriver second = open(config);
    assertThat(second.found()).extracting(SandboxContainer::id).containsExactly("cntr_lives");
    assertThat(traces(config)).noneMatch(trace -> trace.contains("cntr_dies"));
    second.close();
    assertNothingIsLeft(config);
  }

  @Test
  void aKilledZygoteLeavesNothingForTheNextStart() throws Exception {
    OciConfig config = config();
    ProcessDriver first = open(config);
    print(first.create(spec("cntr_1")), ORPHANS);
    first.detach();
    processes(config).stream()
        .filter(p -> p.parent().filter(ProcessHandle.current()::equals).isPresent())
        .forEach(ProcessHandle::destroyForcibly);
    ProcessDriver second = open(config);
    assertThat(second.found()).isEmpty();
    assertThat(traces(config)).noneMatch(t -> t.startsWith("process") || t.contains("bare-"));
    second.close();
    assertNothingIsLeft(config);
  }

  @Test
  void anotherRuntimesSandboxesAreEndedByWhoeverTakesTheirPlace() throws Exception {
    Path image = Runc.required();
    assertThat(image).exists();
    OciConfig bare = config();
    OciConfig runc = with(bare, Path.of("/usr/sbin/runc"));
    ProcessDriver first = open(bare);
    print(first.create(spec("cntr_1")), ORPHANS);
    first.detach();
    OciDriver second = OciDriver.open(runc);
    assertThat(traces(bare)).noneMatch(t -> t.startsWith("process") || t.contains("bare-"));
    print(second.create(spec("cntr_2")), "x = 1");
    second.detach();
    ProcessDriver third = open(bare);
    assertThat(traces(bare)).noneMatch(t -> t.startsWith("process") || t.contains("box-"));
    third.close();
    assertNothingIsLeft(bare);
  }

  @Test
  void codeMeetsNothingOfTheServersEnvironment() throws Exception {
    try (ProcessDriver driver = open(config())) {
      String code = "import os; print(sorted(k for k in os.environ if k in ('PWD', 'JAVA_HOME')))";
      assertThat(print(driver.create(spec("cntr_1")), code)).isEqualTo("[]\n");
    }
  }

  @Test
  void aCellWithTooManyProcessesIsKilledWithAllOfThemAndItsVariablesStay() throws Exception {
    try (ProcessDriver driver = open(config())) {
      SandboxContainer container = driver.create(spec("cntr_1"));
      print(container, "x = 5");
      var end =
          container.execute(
              cell(
                  "bomb",
                  """
                  import os, time
                  for _ in range(100):
                      if os.fork() == 0:
                          time.sleep(60); os._exit(0)
                  time.sleep(60)
                  """),
              output -> {});
      assertThat(end.reason())
          .isEqualTo("The code was killed: it had more than 64 processes (sandbox.processes).");
      assertThat(print(container, "print(x)")).isEqualTo("5\n");
    }
  }
}
