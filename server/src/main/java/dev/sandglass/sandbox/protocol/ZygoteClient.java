package dev.sandglass.sandbox.protocol;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The server's end of a zygote's socket. Thread-safe. */
public final class ZygoteClient implements AutoCloseable {

  /** What a zygote reports by itself; called from the reading thread, must be quick. */
  public interface Listener {
    /** A supervisor has been reaped; {@code status} is a wait status. */
    void onExited(String container, long pid, int status);

    /** The zygote is gone, and with it every container. */
    void onGone(String why);
  }

  /**
   * What the zygote said in its greeting.
   *
   * @param containers those that live in it, each with its supervisor's pid in the sandbox's PID
   *     namespace
   */
  public record Greeting(String python, long importMillis, Map<String, Long> containers) {

    private static final int MAX_CONTAINERS = 10_000;

    static Greeting parse(Header hello) throws ProtocolException {
      JsonNode list = hello.any("containers");
      if (!list.isArray() || list.size() > MAX_CONTAINERS) {
        throw new ProtocolException("containers is not a list of at most " + MAX_CONTAINERS);
      }
      Map<String, Long> containers = new HashMap<>();
      for (JsonNode node : list) {
        Header one = Header.wrap(node, "a container");
        containers.put(one.string("container", 256), one.number("pid", 2, 1 << 22));
      }
      return new Greeting(
          hello.string("python", 64),
          (long) hello.milliseconds("import_ms"),
          Map.copyOf(containers));
    }
  }

  private final Connection connection;
  private final Greeting greeting;

  private ZygoteClient(Connection connection, Greeting greeting) {
    this.connection = connection;
    this.greeting = greeting;
  }

  public static ZygoteClient connect(
      String name, Path socket, PeerCheck check, Listener listener, Duration timeout)
      throws IOException, InterruptedException {
    Connection connection = Connection.open(name, socket, check, new Dispatch(listener));
    try {
      Header hello = connection.hello("zygote", timeout);
      return new ZygoteClient(connection, Greeting.parse(hello));
    } catch (Throwable e) {
      connection.close();
      throw e;
    }
  }

  public Greeting greeting() {
    return greeting;
  }

  public boolean isOpen() {
    return connection.isOpen();
  }

  /** Forks a container; returns its supervisor's pid in the sandbox's PID namespace. */
  public long fork(ForkRequest request, Duration timeout) throws InterruptedException {
    Frame reply = connection.call(request.toHeader(), timeout);
    try {
      return reply.header().number("pid", 2, 1 << 22);
    } catch (ProtocolException e) {
      connection.close("it broke the protocol: " + e.getMessage());
      throw connection.dead();
    }
  }

  public void ping(Duration timeout) throws InterruptedException {
    connection.call(Header.of("ping"), timeout);
  }

  @Override
  public void close() {
    connection.close();
  }

  private record Dispatch(Listener listener) implements Connection.Events {

    @Override
    public void onEvent(Frame frame) throws ProtocolException {
      Header header = frame.header();
      if (!header.type().equals("exited")) {
        throw new ProtocolException("a zygote doesn't send " + header.type());
      }
      listener.onExited(
          header.string("container", 256),
          header.number("pid", 2, 1 << 22),
          (int) header.number("status", 0, 0xffff));
    }

    @Override
    public void onClosed(String why) {
      listener.onGone(why);
    }
  }
}
