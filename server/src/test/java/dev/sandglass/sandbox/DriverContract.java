package dev.sandglass.sandbox;

import static dev.sandglass.sandbox.Session.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.common.Ids;
import dev.sandglass.sandbox.CellOutput.Display;
import dev.sandglass.sandbox.CellOutput.Stream;
import dev.sandglass.sandbox.CellResult.Status;
import dev.sandglass.sandbox.SandboxContainer.Collision;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.sandbox.Session.Ran;
import dev.sandglass.testing.Runc;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every driver promises, also one in memory: what needs no operating system and only the
 * simplest Python. A driver's test is a subclass of this or of a longer one that opens it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
public abstract class DriverContract {

  static final long MIB = 1024 * 1024;

  private SandboxDriver driver;

  protected abstract SandboxDriver open() throws Exception;

  /** What of the driver's is on the host: processes, cgroups, directories, sockets; by name. */
  protected abstract List<String> traces() throws Exception;

  @BeforeAll
  void openDriver() throws Exception {
    driver = open();
    create().close(); // what a sandbox itself needs is there from now on
  }

  @AfterAll
  void closeDriver() {
    if (driver != null) {
      driver.close();
    }
  }

  protected final SandboxDriver driver() {
    return driver;
  }

  final Session create() throws InterruptedException {
    return create(512 * MIB, 64);
  }

  final Session create(long memory, int processes) throws InterruptedException {
    return new Session(
        driver.create(
            new ContainerSpec(
                Ids.container(),
                "proj_test",
                memory,
                processes,
                256,
                64 * MIB,
                64 * MIB,
                Runc.DISK)));
  }

  @Test
  void variablesPersistBetweenCells() throws Exception {
    try (Session s = create()) {
      s.run("x = 20");
      assertThat(s.print("print(x + 2)")).isEqualTo("22\n");
    }
  }

  @Test
  void theLastExpressionIsTheResult() throws Exception {
    try (Session s = create()) {
      List<Display> displays = s.run("6 * 7").of(Display.class);
      assertThat(displays).hasSize(1);
      assertThat(displays.getFirst().kind()).isEqualTo(Display.Kind.RESULT);
      assertThat(displays.getFirst().parts())
          .anySatisfy(part -> {
            assertThat(part.mime()).isEqualTo("text/plain");
            assertThat(part.data()).asString().isEqualTo("42");
          });
    }
  }

  @Test
  void interruptEndsACellAndKeepsVariables() throws Exception {
    try (Session s = create()) {
      s.run("kept = 'kept'");
      CellRequest endless = request("print('on', flush=True)\nwhile True: pass");
      CellResult result =
          s.container().execute(endless, output -> s.container().interrupt(endless.id()));
      assertThat(result.status()).isEqualTo(Status.INTERRUPTED);
      assertThat(result.stateLost()).isFalse();
      assertThat(s.print("print(kept)")).isEqualTo("kept\n");
    }
  }

  @Test
  void interruptingTheCallerInterruptsTheCell() throws Exception {
    try (Session s = create()) {
      CountDownLatch running = new CountDownLatch(1);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      CellRequest endless = request("print('on', flush=True)\nwhile True: pass");
      Thread caller =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  s.container().execute(endless, output -> running.countDown());
                } catch (InterruptedException e) {
                  thrown.set(e);
                }
              });
      assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
      caller.interrupt();
      assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      assertThat(s.print("print('free again')")).isEqualTo("free again\n");
    }
  }

  @Test
  void theTimeoutInterruptsFirst() throws Exception {
    try (Session s = create()) {
      s.run("kept = 1");
      Ran ran = s.run(request("while True: pass", Duration.ofMillis(300)));
      assertThat(ran.result().status()).isEqualTo(Status.TIMEOUT);
      assertThat(s.print("print(kept)")).isEqualTo("1\n");
    }
  }

  @Test
  void aKernelThatExitsSaysSo() throws Exception {
    try (Session s = create()) {
      Ran ran = s.run("import os; os._exit(3)");
      assertThat(ran.result().status()).isEqualTo(Status.DIED);
      assertThat(ran.result().reason())
          .isEqualTo("The code ended its Python process (exit status 3).");
      assertThat(s.print("print(1)")).isEqualTo("1\n");
    }
  }

  @Test
  void closeEndsEverythingALongRunningCellToo() throws Exception {
    List<String> before = traces();
    Session s = create();
    CountDownLatch running = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                s.container()
                    .execute(
                        request("import os\nos.fork()\nprint('on', flush=True)\nwhile True: pass"),
                        output -> running.countDown());
              } catch (InterruptedException | SandboxException e) {
                thrown.set(e);
              }
            });
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    s.close();
    assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DEAD));
    assertThat(s.container().alive()).isFalse();
    s.close();
    assertThat(traces()).isEqualTo(before);
  }

  @Test
  void aClosedContainerIsDead() throws Exception {
    Session s = create();
    s.close();
    assertThatThrownBy(() -> s.run("1"))
        .isInstanceOfSatisfying(
            SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DEAD));
  }

  @Test
  void aSecondCellAtTheSameTimeIsRefused() throws Exception {
    try (Session s = create()) {
      AtomicReference<Throwable> refused = new AtomicReference<>();
      CellRequest first = request("print('on', flush=True)\nwhile True: pass");
      s.container()
          .execute(
              first,
              output -> {
                if (output instanceof Stream) {
                  try {
                    s.container().execute(request("1"), CellListener.NONE);
                  } catch (SandboxException | InterruptedException e) {
                    refused.set(e);
                  }
                  s.container().interrupt(first.id());
                }
              });
      assertThat(refused.get())
          .isInstanceOfSatisfying(
              SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
    }
  }

  @Test
  void codeOverTheLimitIsRefusedBeforeItIsSent() throws Exception {
    try (Session s = create()) {
      assertThatThrownBy(() -> s.run("#".repeat((int) MIB + 1)))
          .isInstanceOfSatisfying(
              SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
      assertThat(s.run("#".repeat((int) MIB)).result().status()).isEqualTo(Status.OK);
    }
  }

  static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  static String read(Session s, String path) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    s.container().read(path, 0, -1, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFileWrittenIsReadByCodeAndBack() throws Exception {
    try (Session s = create()) {
      FileStat stat = s.container().write("in.txt", bytes("hello"), Collision.REPLACE);
      assertThat(stat.path()).isEqualTo("in.txt");
      assertThat(stat.size()).isEqualTo(5);
      assertThat(s.print("print(open('/mnt/data/in.txt').read())")).isEqualTo("hello\n");
      s.run("open('in.txt', 'a').write(' world')");
      assertThat(read(s, "in.txt")).isEqualTo("hello world");
      assertThat(s.container().stat("in.txt"))
          .hasValueSatisfying(now -> assertThat(now.version()).isNotEqualTo(stat.version()));
    }
  }

  @Test
  void aPartOfAFileCanBeRead() throws Exception {
    try (Session s = create()) {
      s.container().write("abc", bytes("abcdefgh"), Collision.REPLACE);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThat(s.container().read("abc", 2, 3, out)).isEqualTo(3);
      assertThat(out).hasToString("cde");
      assertThat(s.container().read("abc", 6, 100, new ByteArrayOutputStream())).isEqualTo(2);
    }
  }

  @Test
  void collisionsAreReplacedRefusedOrRenamed() throws Exception {
    try (Session s = create()) {
      s.container().write("a.csv", bytes("1"), Collision.FAIL);
      assertThat(s.container().write("a.csv", bytes("2"), Collision.RENAME).path())
          .isEqualTo("a (2).csv");
      assertThat(s.container().write("a.csv", bytes("3"), Collision.RENAME).path())
          .isEqualTo("a (3).csv");
      assertThatThrownBy(() -> s.container().write("a.csv", bytes("4"), Collision.FAIL))
          .isInstanceOfSatisfying(
              SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXISTS));
      s.container().write("a.csv", bytes("5"), Collision.REPLACE);
      assertThat(read(s, "a.csv")).isEqualTo("5");
      assertThat(s.container().list(10))
          .extracting(FileStat::path)
          .containsExactly("a (2).csv", "a (3).csv", "a.csv");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Umsätze 2024.csv",
        "销售数据.xlsx",
        "данные/отчёт.txt",
        "🦊.png",
        "a'b\"c$d.txt",
        " leading and trailing ",
        "new\nline",
        "-rf",
        ".hidden"
      })
  void namesOfAllKindsSurvive(String name) throws Exception {
    try (Session s = create()) {
      assertThat(s.container().write(name, bytes("content"), Collision.REPLACE).path())
          .isEqualTo(name);
      assertThat(s.container().list(10)).extracting(FileStat::path).containsExactly(name);
      assertThat(read(s, name)).isEqualTo("content");
      assertThat(s.container().delete(name)).isTrue();
      assertThat(s.container().delete(name)).isFalse();
      assertThat(s.container().stat(name)).isEmpty();
    }
  }

  @Test
  void theEndOfACellTellsTheFilesIfItIsAsked() throws Exception {
    try (Session s = create()) {
      s.container().write("a.csv", bytes("a"), Collision.REPLACE);
      s.container().write("b.csv", bytes("b"), Collision.REPLACE);
      assertThat(s.run("x = 1").result().files()).isNull();
      assertThat(s.run(Session.request("x = 2", Duration.ofSeconds(60), 10)).result().files())
          .isEqualTo(s.container().list(10));
      assertThat(s.run(Session.request("x = 3", Duration.ofSeconds(60), 1)).result().files())
          .isEqualTo(s.container().list(1));
    }
  }

  @Test
  void anAliasOpensTheSameFileAndIsNotListed() throws Exception {
    try (Session s = create()) {
      s.container().write("data.csv", bytes("a,b"), Collision.REPLACE);
      s.container().alias("data.csv", "file-123-data.csv");
      assertThat(s.print("print(open('/mnt/data/file-123-data.csv').read())")).isEqualTo("a,b\n");
      assertThat(s.container().list(10)).extracting(FileStat::path).containsExactly("data.csv");
    }
  }

  @Test
  void anUploadThatFailsLeavesNothing() throws Exception {
    try (Session s = create()) {
      InputStream broken =
          new InputStream() {
            @Override
            public int read() throws java.io.IOException {
              throw new java.io.IOException("the client hung up");
            }
          };
      assertThatThrownBy(() -> s.container().write("half", broken, Collision.REPLACE))
          .hasMessage("the client hung up");
      assertThat(s.print("import os; print(os.listdir('.'))")).isEqualTo("[]\n");
    }
  }

  @Test
  void filesCanBeReadWhileACellRuns() throws Exception {
    try (Session s = create()) {
      CellRequest running =
          Session.request(
              "_ = open('made.txt', 'w').write('early')\nprint('on', flush=True)\nwhile True: pass");
      StringBuilder seen = new StringBuilder();
      s.container()
          .execute(
              running,
              output -> {
                try {
                  seen.append(read(s, "made.txt"));
                } catch (Exception e) {
                  seen.append(e);
                }
                s.container().interrupt(running.id());
              });
      assertThat(seen.toString()).startsWith("early");
    }
  }
}
