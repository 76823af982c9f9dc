package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.sandbox.protocol.CellEnd;
import dev.sandglass.sandbox.protocol.KernelLimits;
import dev.sandglass.sandbox.protocol.SupervisorClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container forked in an {@link OciSandbox}. What it has on the host (directory, control group,
 * socket) and what its zygote and supervisor call it bears the name that it was made under; its id
 * is another one if it was made ahead of need ({@link ReadyContainers}).
 */
final class OciContainer implements SandboxContainer, SupervisorClient.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(OciContainer.class);

  private final String name;
  private volatile ContainerSpec spec; // of the container that it serves; changed at most once
  private final KernelLimits limits;
  private final Supplier<String> full;
  private final Cgroups.Cgroup cgroup;
  private final Cleanup cleanup;
  private final Runnable onClose;
  private @Nullable SupervisorClient supervisor;
  private volatile @Nullable Boolean keepsBackups; // null: not known; changed by one thread later
  private volatile boolean closing; // written by who closes, read by connections' readers

  /**
   * Not connected yet.
   *
   * @param full what to say when its disk is
   */
  OciContainer(
      String name,
      ContainerSpec spec,
      KernelLimits limits,
      Supplier<String> full,
      Cgroups.Cgroup cgroup,
      Cleanup cleanup,
      Runnable onClose) {
    this.name = name;
    this.spec = spec;
    this.limits = limits;
    this.full = full;
    this.cgroup = cgroup;
    this.cleanup = cleanup;
    this.onClose = onClose;
  }

  /** Takes the connection and lets the kernel start. */
  void connect(SupervisorClient client) throws InterruptedException {
    supervisor = client;
    cleanup.add("connection to " + name, client::close);
    client.start(Map.of(), limits);
    keepsBackups = true;
  }

  /** Whether the host has memory for its backups; for one thread, which may say so again. */
  void keepBackups(boolean wanted) {
    if (limits.backups() && !Boolean.valueOf(wanted).equals(keepsBackups)) {
      keepsBackups = wanted;
      client().keepBackups(wanted);
    }
  }

  /** It was made before anybody knew for whom: for this one, of the same limits. */
  void serve(ContainerSpec wanted) {
    spec = wanted;
  }

  /** The name that it was made under. */
  String name() {
    return name;
  }

  /** Takes the connection of a container that an earlier server has started. */
  void reconnect(SupervisorClient client) {
    supervisor = client;
    cleanup.add("connection to " + name, client::close);
  }

  private SupervisorClient client() {
    SupervisorClient s = supervisor;
    if (s == null) {
      throw new IllegalStateException("not connected");
    }
    return s;
  }

  @Override
  public String id() {
    return spec.id();
  }

  @Override
  public boolean alive() {
    return client().isOpen();
  }

  @Override
  public CellResult execute(CellRequest request, CellListener listener)
      throws InterruptedException {
    long killsBefore = cgroup.oomKills();
    CellEnd end = client().execute(request, listener);
    return result(request, end, cgroup.oomKills() > killsBefore);
  }

  @Override
  public List<String> kept() {
    return client().greeting().kept();
  }

  @Override
  public CellResult rejoin(CellRequest request, CellListener listener) throws InterruptedException {
    CellEnd end = client().rejoin(request, listener);
    return result(request, end, cgroup.oomKills() > 0);
  }

  @Override
  public void acknowledge(String cellId) {
    client().acknowledge(cellId);
  }

  private CellResult result(CellRequest request, CellEnd end, boolean outOfMemory) {
    return new CellResult(
        end.status(),
        reason(request, end, outOfMemory),
        end.executionCount(),
        end.elapsed(),
        end.stdoutBytes(),
        end.stderrBytes(),
        end.spilled(),
        end.stateLost(),
        end.note(),
        end.files());
  }

  private @Nullable String reason(CellRequest request, CellEnd end, boolean outOfMemory) {
    return switch (end.status()) {
      case OK, ERROR, INTERRUPTED -> null;
      case TIMEOUT ->
          "The cell was interrupted after %d seconds, the limit for one cell (sandbox.cell-timeout). Do less at once."
              .formatted(request.timeout().toSeconds());
      case DIED -> died(end, outOfMemory);
    };
  }

  /** The supervisor knows best, but not who sent a SIGKILL that it didn't send itself. */
  private String died(CellEnd end, boolean outOfMemory) {
    if (outOfMemory && end.killedByAnother()) {
      return "The cell was killed: it needed more than the container's memory, %.2f GiB. Read less at once, or in chunks."
          .formatted(spec.memoryBytes() / (double) (1L << 30));
    }
    String message = end.message();
    return message == null ? "The Python process has ended unexpectedly." : message;
  }

  @Override
  public void interrupt(String cellId) {
    client().interrupt(cellId);
  }

  @Override
  public FileStat write(String path, InputStream content, Collision collision)
      throws IOException, InterruptedException {
    try {
      return client().files().write(path, content, collision);
    } catch (SandboxException e) {
      throw worded(e);
    }
  }

  @Override
  public long read(String path, long offset, long length, OutputStream to)
      throws IOException, InterruptedException {
    return client().files().read(path, offset, length, to);
  }

  @Override
  public List<FileStat> list(int limit) throws InterruptedException {
    return client().files().list(limit);
  }

  @Override
  public Optional<FileStat> stat(String path) throws InterruptedException {
    return client().files().stat(path);
  }

  @Override
  public boolean delete(String path) throws InterruptedException {
    return client().files().delete(path);
  }

  @Override
  public void alias(String path, String alias) throws InterruptedException {
    try {
      client().files().alias(path, alias);
    } catch (SandboxException e) {
      throw worded(e);
    }
  }

  /** The file worker knows that there is no space, but not which setting says how much. */
  private SandboxException worded(SandboxException e) {
    return e.reason() == Reason.NO_SPACE ? new SandboxException(Reason.NO_SPACE, full.get(), e) : e;
  }

  @Override
  public @Nullable Long memoryUsed() {
    return cgroup.memoryUsed().orElse(null);
  }

  @Override
  public void onKernelDied(String reason) {
    LOG.info("container {}: the kernel has ended outside of a cell: {}", spec.id(), reason);
  }

  @Override
  public void onGone(String why) {
    if (!closing) {
      LOG.warn(
          "container {} has ended by itself: {}; its registered files are kept, its variables are"
              + " lost",
          spec.id(),
          why);
    }
  }

  /** The zygote has reaped the supervisor; {@code status} is its wait status. */
  void onExited(int status) {
    if (!closing) {
      LOG.warn("container {}: its supervisor has ended with wait status {}", spec.id(), status);
    }
  }

  /** Lets go of the container, which goes on. */
  void detach() {
    closing = true;
    client().close();
  }

  @Override
  public void close() {
    closing = true;
    onClose.run();
    cleanup.close();
  }
}
