package dev.sandglass.sandbox.protocol;

import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The server's end of a container's socket: its life and its cells. Thread-safe. */
public final class SupervisorClient implements AutoCloseable {

  /** What a supervisor reports by itself; called from the reading thread, must be quick. */
  public interface Listener {
    /** The kernel ended outside a cell. */
    void onKernelDied(String reason);

    /** The supervisor is gone. */
    void onGone(String why);
  }

  public static final int MAX_CODE = 1024 * 1024;

  /**
   * How much longer than timeout and grace together a cell may take to report its end before the
   * supervisor counts as dead. Generous: saving figures and a spill file happens in it too.
   */
  private static final Duration SLACK = Duration.ofSeconds(30);

  /**
   * What a supervisor says of itself when it is greeted.
   *
   * @param isNew true if nothing has been started in it
   * @param kept cells that no server has acknowledged, in their order
   */
  public record Greeting(boolean isNew, List<String> kept) {
    static Greeting parse(Header hello) throws ProtocolException {
      return new Greeting(
          hello.string("state", 16).equals("new"), hello.strings("kept", CellRuns.MAX, 256));
    }
  }

  private final Connection connection;
  private final Duration patience;
  private final CellRuns runs;
  private final Greeting greeting;
  private final FileClient files;

  /** The cell that somebody waits for. */
  private final AtomicReference<@Nullable CellRun> running = new AtomicReference<>();

  private SupervisorClient(
      Connection connection, Duration patience, CellRuns runs, Greeting greeting) {
    this.connection = connection;
    this.patience = patience;
    this.runs = runs;
    this.greeting = greeting;
    this.files = new FileClient(connection, patience);
  }

  /**
   * Connects and greets.
   *
   * @param patience how long an answer may take before the supervisor counts as dead
   */
  public static SupervisorClient connect(
      String container, Path socket, PeerCheck check, Listener listener, Duration patience)
      throws IOException, InterruptedException {
    CellRuns runs = new CellRuns();
    Connection connection =
        Connection.open("container " + container, socket, check, new Dispatch(listener, runs));
    try {
      Header hello = connection.hello("supervisor", patience);
      if (!hello.string("container", 256).equals(container)) {
        throw new ProtocolException("it says it is container " + hello.string("container", 256));
      }
      Greeting greeting = Greeting.parse(hello);
      runs.greeted(greeting.kept());
      return new SupervisorClient(connection, patience, runs, greeting);
    } catch (Throwable e) {
      connection.close("" + e.getMessage());
      throw e;
    }
  }

  public Greeting greeting() {
    return greeting;
  }

  public FileClient files() {
    return files;
  }

  public boolean isOpen() {
    return connection.isOpen();
  }

  /** Lets it fork its kernel. */
  public void start(Map<String, String> environment, KernelLimits limits)
      throws InterruptedException {
    ObjectNode variables = Header.JSON.createObjectNode();
    environment.forEach(variables::put);
    connection.call(limits.addTo(Header.of("start").with("environment", variables)), patience);
  }

  /**
   * Runs a cell to its end; see {@link dev.sandglass.sandbox.SandboxContainer#execute}.
   *
   * @throws SandboxException {@link Reason#BUSY} while another runs, {@link Reason#TOO_LARGE},
   *     {@link Reason#DEAD}
   */
  public CellEnd execute(CellRequest request, CellListener listener) throws InterruptedException {
    byte[] code = request.code().getBytes(StandardCharsets.UTF_8);
    if (code.length > MAX_CODE) {
      throw new SandboxException(
          Reason.TOO_LARGE,
          "A cell's code has at most %,d bytes; this one has %,d. Put data into files."
              .formatted(MAX_CODE, code.length));
    }
    CellRun run = new CellRun(request.id(), request.files());
    take(run);
    try {
      runs.add(run);
      connection.submit(header(request), code).whenComplete((ok, failure) -> run.refused(failure));
      return finish(request, run, listener);
    } finally {
      runs.remove(run.cell());
      running.set(null);
    }
  }

  /**
   * Waits for the end of a cell that an earlier server sent, and gives out all of its outputs.
   *
   * @param request the cell as it was sent; its code doesn't matter
   * @throws SandboxException {@link Reason#NOT_FOUND} if nothing of it is kept, {@link Reason#DEAD}
   */
  public CellEnd rejoin(CellRequest request, CellListener listener) throws InterruptedException {
    CellRun run = runs.find(request.id());
    if (run == null) {
      throw new SandboxException(
          Reason.NOT_FOUND, "Nothing is kept of cell %s.".formatted(request.id()));
    }
    take(run);
    try {
      return finish(request, run, listener);
    } finally {
      runs.remove(run.cell());
      running.set(null);
    }
  }

  private void take(CellRun run) {
    if (!running.compareAndSet(null, run)) {
      throw new SandboxException(Reason.BUSY, "Another cell is running in this container.");
    }
  }

  /** What is known of this cell is stored: it needn't be told again. Returns at once. */
  public void acknowledge(String cell) {
    runs.remove(cell);
    try {
      connection.submit(Header.of("acknowledge").with("cell", cell), Frame.NO_BODY);
    } catch (SandboxException e) {
      // It is dead: nothing will be told again.
    }
  }

  private static Header header(CellRequest request) {
    return Header.of("execute")
        .with("cell", request.id())
        .with("timeout_ms", request.timeout().toMillis())
        .with("grace_ms", request.grace().toMillis())
        .with("output_bytes", request.outputBytes())
        .with("spill_bytes", request.spillBytes())
        .with("files", request.files());
  }

  private CellEnd finish(CellRequest request, CellRun run, CellListener listener)
      throws InterruptedException {
    Duration limit = request.timeout().plus(request.grace()).plus(SLACK);
    boolean interrupted = false;
    @Nullable CellEnd end = null;
    try {
      end = run.deliver(listener, limit);
    } catch (InterruptedException e) {
      interrupted = true;
      interruptQuietly(request.id());
      end = deliverUninterruptibly(run, listener, request.grace().plus(SLACK));
    }
    if (end == null) {
      connection.close("cell %s did not end when it had to".formatted(request.id()));
      throw connection.dead();
    }
    if (interrupted) {
      throw new InterruptedException("cell " + request.id() + " was interrupted");
    }
    return end;
  }

  private static @Nullable CellEnd deliverUninterruptibly(
      CellRun run, CellListener listener, Duration limit) {
    while (true) {
      try {
        return run.deliver(listener, limit);
      } catch (InterruptedException e) {
        // Once is enough: the cell has been told, and the caller will be.
      }
    }
  }

  /** SIGINT for the cell, SIGKILL after its grace time; nothing if it isn't running. */
  public void interrupt(String cell) {
    CellRun run = running.get();
    if (run != null && run.cell().equals(cell)) {
      interruptQuietly(cell);
    }
  }

  private void interruptQuietly(String cell) {
    try {
      connection.submit(Header.of("interrupt").with("cell", cell), Frame.NO_BODY);
    } catch (SandboxException e) {
      // It is dead: whoever waits for the cell hears that by himself.
    }
  }

  /** Lets it have backups of its kernel, or give up those that it has. Returns at once. */
  public void keepBackups(boolean wanted) {
    try {
      connection.submit(
          Header.of("backups").with("keep", Header.JSON.getNodeFactory().booleanNode(wanted)),
          Frame.NO_BODY);
    } catch (SandboxException e) {
      // It is dead: it has none.
    }
  }

  /** Asks it to kill everything and exit. Returns at once. */
  public void shutdown() {
    try {
      connection.submit(Header.of("shutdown"), Frame.NO_BODY);
    } catch (SandboxException e) {
      // It is dead: that is what was wanted.
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  private record Dispatch(Listener listener, CellRuns runs) implements Connection.Events {

    @Override
    public void onEvent(Frame frame) throws ProtocolException {
      Header header = frame.header();
      if (header.type().equals("kernel_died")) {
        listener.onKernelDied(header.string("reason", 64));
        return;
      }
      runs.of(header.string("cell", 256)).accept(frame);
    }

    @Override
    public void onClosed(String why) {
      runs.gone(new SandboxException(Reason.DEAD, "The container has ended: " + why));
      listener.onGone(why);
    }
  }
}
