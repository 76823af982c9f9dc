package dev.sandglass.sandbox.protocol;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * The other end of a connection, doing what a test's script says: it may be as hostile as it likes.
 */
final class Peer implements AutoCloseable {

  /** What it does once it is connected. */
  @FunctionalInterface
  interface Script {
    void run(Peer peer) throws IOException;
  }

  private final ServerSocketChannel listener;
  private final Path path;
  private volatile SocketChannel channel; // set before the script runs, by its thread

  @SuppressWarnings("NullAway.Init")
  private Peer(Path path) throws IOException {
    this.path = path;
    this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(path));
  }

  static Peer start(Path directory, Script script) throws IOException {
    Peer peer = new Peer(directory.resolve("s" + System.nanoTime()));
    Thread.ofVirtual()
        .start(() -> {
          try {
            peer.channel = peer.listener.accept();
            script.run(peer);
          } catch (IOException e) {
            // The client hung up: that is what many tests are about.
          }
        });
    return peer;
  }

  Path path() {
    return path;
  }

  Frame receive() throws IOException {
    Frame frame = FrameCodec.read(channel);
    if (frame == null) {
      throw new IOException("the client hung up");
    }
    return frame;
  }

  void send(Header header, String body) throws IOException {
    FrameCodec.write(
        channel, new Frame(header, body.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  void send(Header header) throws IOException {
    send(header, "");
  }

  void raw(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  void hangUp() throws IOException {
    channel.close();
  }

  /** Answers the greeting as container {@code c1}. */
  void greet() throws IOException {
    receive();
    send(
        Header.of("hello")
            .with("protocol", 3)
            .with("role", "supervisor")
            .with("container", "c1")
            .with("state", "idle")
            .with("kept", Header.JSON.createArrayNode()));
  }

  /** Answers the greeting as a container that keeps these cells for whoever comes. */
  void greetKeeping(String... cells) throws IOException {
    receive();
    var kept = Header.JSON.createArrayNode();
    for (String cell : cells) {
      kept.add(cell);
    }
    send(
        Header.of("hello")
            .with("protocol", 3)
            .with("role", "supervisor")
            .with("container", "c1")
            .with("state", "idle")
            .with("kept", kept));
  }

  /** Takes an {@code execute} and says that it begins. */
  void begin() throws IOException {
    send(Header.of("ok").with("id", receive().header().number("id", 1, 100)));
  }

  static Header event(String type, long seq) {
    return Header.of(type).with("cell", "cell").with("seq", seq);
  }

  static Header done(long seq) {
    return event("done", seq)
        .with("status", "ok")
        .with("execution_count", 1)
        .with("elapsed_ms", 1)
        .with("stdout_bytes", 0)
        .with("stderr_bytes", 0)
        .withNull("spilled")
        .with("state_lost", tools.jackson.databind.node.BooleanNode.FALSE)
        .with("restored", tools.jackson.databind.node.BooleanNode.FALSE)
        .withNull("note");
  }

  @Override
  public void close() throws IOException {
    listener.close();
    if (channel != null) {
      channel.close();
    }
  }
}
