package dev.sandglass.sandbox.protocol;

import static dev.sandglass.sandbox.protocol.Peer.done;
import static dev.sandglass.sandbox.protocol.Peer.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.CellResult.Status;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class SupervisorClientTest {

  private static final CellRequest CELL =
      new CellRequest("cell", "1", Duration.ofSeconds(5), Duration.ofSeconds(1), 1000, 0, 2);

  @TempDir Path directory;

  private final CompletableFuture<String> gone = new CompletableFuture<>();

  private SupervisorClient connect(Peer peer) throws Exception {
    return connect(peer, Duration.ofSeconds(10));
  }

  private SupervisorClient connect(Peer peer, Duration patience) throws Exception {
    return SupervisorClient.connect(
        "c1",
        peer.path(),
        PeerCheck.ANY,
        new SupervisorClient.Listener() {
          @Override
          public void onKernelDied(String reason) {}

          @Override
          public void onGone(String why) {
            gone.complete(why);
          }
        },
        patience);
  }

  @Test
  void outputsComeInOrderAndThenTheEnd() throws Exception {
    try (Peer peer =
            Peer.start(
                directory,
                p -> {
                  p.greet();
                  p.begin();
                  p.send(event("stream", 1).with("name", "stdout"), "a");
                  p.send(event("stream", 2).with("name", "stderr"), "b");
                  p.send(done(3));
                });
        SupervisorClient client = connect(peer)) {
      List<CellOutput> outputs = new ArrayList<>();
      assertThat(client.execute(CELL, outputs::add).status()).isEqualTo(Status.OK);
      assertThat(outputs)
          .containsExactly(
              new CellOutput.Stream(CellOutput.Stream.Name.STDOUT, "a"),
              new CellOutput.Stream(CellOutput.Stream.Name.STDERR, "b"));
    }
  }

  static Stream<Arguments> nonsense() {
    Header display = event("display", 1).with("kind", "result");
    return Stream.of(
        hostile("a gap in the numbers", p -> p.send(done(2)), "event 2 came where 1 should"),
        hostile(
            "an event of another cell",
            p -> p.send(Header.of("done").with("cell", "x")),
            "isn't running"),
        hostile("an event without a cell", p -> p.send(Header.of("stream")), "cell is missing"),
        hostile("an unknown event", p -> p.send(event("format-disk", 1)), "doesn't send"),
        hostile(
            "no such stream",
            p -> p.send(event("stream", 1).with("name", "stdin")),
            "no such stream"),
        hostile("a stream that isn't text", p -> p.raw(badUtf8()), "not UTF-8"),
        hostile("parts that aren't a list", p -> p.send(display.with("parts", 3)), "not a list"),
        hostile(
            "an end that is none", p -> p.send(done(1).with("status", "great")), "can't end like"),
        hostile("a negative count", p -> p.send(done(1).with("stdout_bytes", -1)), "not in"),
        hostile(
            "a number as a string", p -> p.send(done(1).with("seq", "1")), "not a whole number"),
        hostile(
            "an answer that nobody asked",
            p -> p.send(Header.of("ok").with("id", 99)),
            "nobody asked"),
        hostile("an answer without a number", p -> p.send(Header.of("ok")), "id is missing"),
        hostile(
            "a header without a type",
            p -> p.raw(new byte[] {0, 0, 0, 2, 0, 0, 0, 0, '{', '}'}),
            "type"),
        hostile(
            "bytes at random",
            p ->
                p.raw(
                    "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
            "limit"),
        hostile("a hang-up", Peer::hangUp, "closed the connection"));
  }

  private static Arguments hostile(String name, Peer.Script script, String said) {
    return Arguments.of(name, script, said);
  }

  private static byte[] badUtf8() throws java.io.IOException {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    FrameCodec.write(
        java.nio.channels.Channels.newChannel(out),
        new Frame(event("stream", 1).with("name", "stdout"), new byte[] {'a', (byte) 0xc3}));
    return out.toByteArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nonsense")
  void nonsenseEndsTheContainerWithWhatWasWrong(String name, Peer.Script script, String said)
      throws Exception {
    try (Peer peer =
            Peer.start(
                directory,
                p -> {
                  p.greet();
                  p.begin();
                  script.run(p);
                });
        SupervisorClient client = connect(peer)) {
      assertThatThrownBy(() -> client.execute(CELL, CellListener.NONE))
          .isInstanceOfSatisfying(
              SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DEAD))
          .hasMessageContaining(said);
      assertThat(gone.get(5, TimeUnit.SECONDS)).contains(said);
      assertThat(client.isOpen()).isFalse();
    }
  }

  @Test
  void somebodyElsesGreetingIsRefused() throws Exception {
    try (Peer peer =
        Peer.start(
            directory,
            p -> {
              p.receive();
              p.send(Header.of("hello").with("protocol", 1).with("role", "supervisor"));
            })) {
      assertThatThrownBy(() -> connect(peer)).hasMessageContaining("protocol");
    }
  }

  @Test
  void aRefusedGreetingSaysWhy() throws Exception {
    try (Peer peer =
        Peer.start(
            directory,
            p -> {
              p.receive();
              p.send(
                  Header.of("failed")
                      .with("code", "invalid")
                      .with("message", "this is protocol 7"));
            })) {
      assertThatThrownBy(() -> connect(peer)).hasMessageContaining("this is protocol 7");
    }
  }

  @Test
  void silenceIsGivenUpOn() throws Exception {
    try (Peer peer = Peer.start(directory, p -> p.greet());
        SupervisorClient client = connect(peer, Duration.ofMillis(200))) {
      assertThatThrownBy(() -> client.files().list(10))
          .hasMessageContaining("no answer within 200 ms")
          .hasMessageContaining("file.list");
      assertThat(client.isOpen()).isFalse();
    }
  }

  @Test
  void aListenerThatThrowsCostsItsOutputsNotTheCell() throws Exception {
    try (Peer peer =
            Peer.start(
                directory,
                p -> {
                  p.greet();
                  p.begin();
                  p.send(event("stream", 1).with("name", "stdout"), "a");
                  p.send(event("stream", 2).with("name", "stdout"), "b");
                  p.send(done(3));
                });
        SupervisorClient client = connect(peer)) {
      List<CellOutput> heard = new ArrayList<>();
      CellListener failing =
          output -> {
            heard.add(output);
            throw new IllegalStateException("the listener's own trouble");
          };
      assertThat(client.execute(CELL, failing).status()).isEqualTo(Status.OK);
      assertThat(heard).hasSize(1);
    }
  }

  @Test
  void aSlowListenerHoldsUpNobodyAndOverflowIsSaid() throws Exception {
    String chunk = "x".repeat(1024 * 1024);
    try (Peer peer =
            Peer.start(
                directory,
                p -> {
                  p.greet();
                  p.begin();
                  for (int i = 1; i <= 80; i++) {
                    p.send(event("stream", i).with("name", "stdout"), chunk);
                  }
                  p.send(
                      Header.of("ok").with("id", p.receive().header().number("id", 1, 100)), "[]");
                  p.send(done(81));
                });
        SupervisorClient client = connect(peer)) {
      List<CellOutput> outputs = new ArrayList<>();
      CellListener slow =
          output -> {
            if (outputs.isEmpty()) {
              // Answered although 80 MiB lie in front of the answer and nobody takes them.
              assertThat(list(client)).isEmpty();
            }
            outputs.add(output);
          };
      client.execute(CELL, slow);
      assertThat(outputs).hasSizeBetween(60, 70);
      assertThat(outputs.getLast())
          .isInstanceOfSatisfying(
              CellOutput.Stream.class, s -> assertThat(s.text()).contains("outputs left out"));
    }
  }

  private static List<FileStat> list(SupervisorClient client) {
    try {
      return client.files().list(10);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Arguments> badNames() {
    return Stream.of("/etc/passwd", "../x", "a/../../x", "a//b", ".", "", "a/./b", "a\\u0000b")
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("badNames")
  void aListedNameThatLeadsAwayEndsTheContainer(String path) throws Exception {
    String list =
        "[{\"path\":\"%s\",\"size\":1,\"mtime_ns\":1,\"ctime_ns\":1,\"inode\":1}]".formatted(path);
    try (Peer peer =
            Peer.start(
                directory,
                p -> {
                  p.greet();
                  p.send(
                      Header.of("ok").with("id", p.receive().header().number("id", 1, 100)), list);
                });
        SupervisorClient client = connect(peer)) {
      assertThatThrownBy(() -> client.files().list(10)).hasMessageContaining("broke the protocol");
    }
  }

  @Test
  void aFileThatChangesWhileItIsReadIsNotMixed() throws Exception {
    try (Peer peer =
            Peer.start(
                directory,
                p -> {
                  p.greet();
                  for (int inode = 1; inode <= 2; inode++) {
                    p.send(
                        Header.of("ok")
                            .with("id", p.receive().header().number("id", 1, 100))
                            .with("size", 10)
                            .with("mtime_ns", 1)
                            .with("inode", inode),
                        "12345");
                  }
                });
        SupervisorClient client = connect(peer)) {
      assertThatThrownBy(() -> client.files().read("f", 0, -1, new ByteArrayOutputStream()))
          .isInstanceOfSatisfying(
              SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
    }
  }

  @Test
  void aKeptCellIsGivenOutFromItsBeginningHoweverLateItIsAskedFor() throws Exception {
    CompletableFuture<String> acknowledged = new CompletableFuture<>();
    try (Peer peer =
            Peer.start(
                directory,
                p -> {
                  p.greetKeeping("cell", "later");
                  p.send(event("stream", 1).with("name", "stdout"), "a");
                  p.send(done(2));
                  acknowledged.complete(p.receive().header().toString());
                });
        SupervisorClient client = connect(peer)) {
      assertThat(client.greeting().kept()).containsExactly("cell", "later");
      List<CellOutput> outputs = new ArrayList<>();
      assertThat(client.rejoin(CELL, outputs::add).status()).isEqualTo(Status.OK);
      assertThat(outputs)
          .containsExactly(new CellOutput.Stream(CellOutput.Stream.Name.STDOUT, "a"));
      client.acknowledge("cell");
      assertThat(acknowledged.get(5, TimeUnit.SECONDS)).contains("acknowledge", "\"cell\"");
      assertThatThrownBy(() -> client.rejoin(CELL, CellListener.NONE))
          .isInstanceOfSatisfying(
              SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
    }
  }

  @Test
  void aCellThatIsNotKeptMayNotBeTold() throws Exception {
    try (Peer peer =
            Peer.start(
                directory,
                p -> {
                  p.greetKeeping("another");
                  p.send(event("stream", 1).with("name", "stdout"), "a");
                  p.receive();
                });
        SupervisorClient client = connect(peer)) {
      assertThat(gone.get(5, TimeUnit.SECONDS)).contains("isn't running");
      assertThat(client.isOpen()).isFalse();
    } catch (ProtocolException e) {
      assertThat(e).hasMessageContaining("isn't kept"); // it was heard before the greeting was read
    }
  }
}
