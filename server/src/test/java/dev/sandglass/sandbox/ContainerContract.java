package dev.sandglass.sandbox;

import static dev.sandglass.sandbox.Session.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.CellOutput.Display;
import dev.sandglass.sandbox.CellResult.Status;
import dev.sandglass.sandbox.Session.Ran;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What every driver that runs real processes promises about cells. */
public abstract class ContainerContract extends DriverContract {

  @Test
  void outputArrivesWhileTheCellStillRuns() throws Exception {
    try (Session s = create()) {
      CountDownLatch heard = new CountDownLatch(1);
      AtomicReference<CellResult> result = new AtomicReference<>();
      CellRequest waiting =
          request(
              """
              import os, time
              print("ready", flush=True)
              while not os.path.exists("go"):
                  time.sleep(0.01)
              """);
      Thread runner =
          Thread.ofVirtual().start(() -> result.set(executeTelling(s.container(), waiting, heard)));
      assertThat(heard.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(result.get()).as("the cell runs until the file appears").isNull();
      s.container()
          .write(
              "go",
              new java.io.ByteArrayInputStream(new byte[0]),
              SandboxContainer.Collision.REPLACE);
      runner.join();
      assertThat(result.get().status()).isEqualTo(Status.OK);
    }
  }

  private static CellResult executeTelling(
      SandboxContainer container, CellRequest request, CountDownLatch latch) {
    try {
      return container.execute(request, output -> latch.countDown());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFigureLeftOpenBecomesAnImage() throws Exception {
    try (Session s = create()) {
      List<Display> displays =
          s.run("import matplotlib.pyplot as plt; _ = plt.plot([1, 2, 4])").of(Display.class);
      assertThat(displays).extracting(Display::kind).contains(Display.Kind.FIGURE);
      assertThat(displays.getLast().parts())
          .anySatisfy(part -> {
            assertThat(part.mime()).isEqualTo("image/png");
            assertThat(part.data()).startsWith(0x89, 'P', 'N', 'G');
          });
    }
  }

  @Test
  void anExceptionIsAnErrorWithTracebackAndBrief() throws Exception {
    try (Session s = create()) {
      Ran ran = s.run("def f():\n    return [][1]\n\nf()");
      assertThat(ran.result().status()).isEqualTo(Status.ERROR);
      CellOutput.Error error = ran.of(CellOutput.Error.class).getFirst();
      assertThat(error.name()).isEqualTo("IndexError");
      assertThat(error.value()).contains("out of range");
      assertThat(error.traceback()).contains("return [][1]").doesNotContain("\u001b[");
      assertThat(error.brief()).contains("IndexError").hasSizeLessThan(error.traceback().length());
      assertThat(s.print("print('alive')")).isEqualTo("alive\n");
    }
  }

  @Test
  void outputOfChildProcessesAndOfCCodeIsHeard() throws Exception {
    try (Session s = create()) {
      assertThat(s.print("import os; _ = os.write(1, b'raw')")).isEqualTo("raw");
      assertThat(
              s.print(
                  "pid = os.fork()\nif pid == 0:\n  os.write(1, b'child'); os._exit(0)\n"
                      + "_ = os.waitpid(pid, 0)"))
          .isEqualTo("child");
    }
  }

  @Test
  void aCellThatIgnoresTheTimeoutIsKilled() throws Exception {
    try (Session s = create()) {
      Ran ran =
          s.run(
              request(
                  "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
                  Duration.ofMillis(300)));
      assertThat(ran.result().status()).isEqualTo(Status.DIED);
      assertThat(ran.result().reason())
          .isEqualTo("The code was killed: it did not stop within 1 s after it was asked to.");
      assertThat(ran.result().elapsed()).isBetween(Duration.ofMillis(1200), Duration.ofSeconds(10));
      assertThat(s.print("print('next')")).isEqualTo("next\n");
    }
  }

  @Test
  void aCrashCostsTheCellAndNoVariables() throws Exception {
    try (Session s = create()) {
      s.run("x = [1]; open('f.txt', 'w').write('safe')");
      Ran ran = s.run("import os, signal; x.append(2); os.kill(os.getpid(), signal.SIGSEGV)");
      assertThat(ran.result().status()).isEqualTo(Status.DIED);
      assertThat(ran.result().reason()).contains("crashed: segmentation fault");
      assertThat(ran.result().stateLost()).isFalse();
      assertThat(ran.result().note()).isEqualTo("Variables are as before this cell.");
      assertThat(s.print("print(open('f.txt').read(), x)")).isEqualTo("safe [1]\n");
    }
  }

  @Test
  void aLossThatCannotBePreventedIsSaidWithItsReason() throws Exception {
    try (Session s = create()) {
      s.run("x = 1; open('f.txt', 'w').write('safe')");
      Ran ran = s.run("import os; os.kill(-1, 9); os._exit(1)");
      assertThat(ran.result().status()).isEqualTo(Status.DIED);
      assertThat(ran.result().stateLost()).isTrue();
      assertThat(ran.result().note()).contains("All variables are lost, for its backup");
      assertThat(s.print("print(open('f.txt').read(), 'x' in globals())"))
          .isEqualTo("safe False\n");
    }
  }

  @Test
  void longOutputKeepsHeadAndTailAndIsSavedWhole() throws Exception {
    try (Session s = create()) {
      Ran ran = s.run("for i in range(20_000): print(f'line {i}')");
      assertThat(ran.stdout()).startsWith("line 0\n").endsWith("line 19999\n");
      assertThat(ran.stdout()).contains("left out").hasSizeLessThan(11_000);
      assertThat(ran.result().stdoutBytes()).isEqualTo(208_890);
      assertThat(ran.result().spilled()).startsWith("/mnt/data/");
      assertThat(
              s.print(
                  "print(len(open(%r).read()))".replace("%r", "'" + ran.result().spilled() + "'")))
          .isEqualTo("208890\n");
    }
  }

  /** Bytes that fail at once where 256 MiB is the limit. */
  protected long tooLargeToAllocate() {
    return 400 * MIB;
  }

  @Test
  void memoryPastTheLimitKillsTheCellAndSaysSo() throws Exception {
    try (Session s = create(256 * MIB, 64)) {
      s.run("x = 1");
      Ran ran = s.run("b = bytearray(%d)".formatted(tooLargeToAllocate()));
      assertThat(ran.of(CellOutput.Error.class).getFirst().name()).isEqualTo("MemoryError");
      assertThat(s.print("print(x)")).isEqualTo("1\n");
    }
  }

  @Test
  void memoryThatFillsUpPastTheLimitCostsTheCellAndNoVariables() throws Exception {
    try (Session s = create(256 * MIB, 64)) {
      s.run("x = 1; import mmap");
      // Shared memory is no data segment: no limit on allocations holds it.
      Ran ran = s.run("m = mmap.mmap(-1, 1 << 30)\nfor i in range(0, 1 << 30, 4096): m[i] = 1");
      assertThat(ran.result().status()).isEqualTo(Status.DIED);
      assertThat(ran.result().reason()).contains("memory").contains("0.25 GiB");
      assertThat(ran.result().note()).isEqualTo("Variables are as before this cell.");
      assertThat(s.print("print(x)")).isEqualTo("1\n");
    }
  }

  /** Whether anybody counts what all of a container takes. */
  protected boolean countsMemory() {
    return true;
  }

  @Test
  void memoryUseIsKnown() throws Exception {
    try (Session s = create()) {
      if (!countsMemory()) {
        assertThat(s.container().memoryUsed()).isNull();
        return;
      }
      long before = memoryUsed(s);
      s.run("b = b'x' * (100 * 1024 * 1024)");
      assertThat(memoryUsed(s) - before).isBetween(95 * MIB, 130 * MIB);
    }
  }

  private static long memoryUsed(Session s) {
    return java.util.Objects.requireNonNull(s.container().memoryUsed(), "memory used");
  }

  /** In which 32 processes that do nothing have room. */
  protected long memoryForManyProcesses() {
    return 512 * MIB;
  }

  @Test
  void aForkBombMeetsTheLimitAndHarmsNobody() throws Exception {
    try (Session bomb = create(memoryForManyProcesses(), 32);
        Session neighbour = create()) {
      Ran ran =
          bomb.run(
              """
              import os, time
              n = 0
              try:
                  while True:
                      if os.fork() == 0:
                          time.sleep(60); os._exit(0)
                      n += 1
              except OSError as e:
                  print(n, e.errno)
              """);
      String[] said = ran.stdout().trim().split(" ");
      assertThat(Integer.parseInt(said[0])).isBetween(5, 31);
      assertThat(said[1]).isEqualTo("11"); // EAGAIN
      assertThat(neighbour.print("print('unharmed')")).isEqualTo("unharmed\n");
    }
  }

  @Test
  void thereIsNoNetwork() throws Exception {
    try (Session s = create()) {
      assertThat(
              s.print(
                  """
                  import socket
                  try:
                      socket.create_connection(("192.0.2.1", 80), timeout=2)
                      print("connected")
                  except OSError as e:
                      print("unreachable")
                  """))
          .isEqualTo("unreachable\n");
    }
  }

  /** How many containers this host can have at once with ease. */
  protected int many() {
    return 20;
  }

  @Test
  void manyContainersInParallelSeeNothingOfEachOtherAndLeaveNothing() throws Exception {
    List<String> before = traces();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> runs = new ArrayList<>();
      CountDownLatch allMade = new CountDownLatch(many());
      for (int i = 0; i < many(); i++) {
        int number = i;
        runs.add(pool.submit(() -> useOne(number, allMade)));
      }
      for (int i = 0; i < many(); i++) {
        assertThat(runs.get(i).get()).isEqualTo("%d ['own-%d.txt'] False\n".formatted(i, i));
      }
    }
    assertThat(traces()).isEqualTo(before);
  }

  private String useOne(int number, CountDownLatch allMade) throws Exception {
    try (Session s = create()) {
      s.run("mine = %d; _ = open('own-%d.txt', 'w').write('x')".formatted(number, number));
      allMade.countDown();
      assertThat(allMade.await(60, TimeUnit.SECONDS)).isTrue();
      return s.print(
          "import os; print(mine, os.listdir('/mnt/data'), any(n.startswith('cntr') for n in os.listdir('/')))");
    }
  }
}
