package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.CodeDigest;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs containers without walls: as processes of the server's own user, by the image's Python, for
 * code that is trusted. Needs nothing of the host but Linux. What it doesn't keep of what other
 * drivers promise: {@link NotKept}.
 */
public final class ProcessDriver implements SandboxDriver {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessDriver.class);

  /** What the names of the sandboxes' directories begin with. */
  private static final String BOX = "bare-";

  private final OciConfig config;
  private final RunDirectory runDirectory;
  private final Disks disks;
  private final HostMemory memory;
  private final String version;
  private @Nullable CompletableFuture<ProcessSandbox> sandbox; // guarded by this
  private boolean closed; // guarded by this

  private ProcessDriver(
      OciConfig config, RunDirectory runDirectory, Disks disks, HostMemory memory, String version) {
    this.config = config;
    this.runDirectory = runDirectory;
    this.disks = disks;
    this.memory = memory;
    this.version = version;
  }

  /** The program that runs the image's Python. */
  public static Path runtime(Path rootfs) {
    return new ImagePython(rootfs).loader();
  }

  /**
   * Finds the containers of an earlier server with the same run directory again, and removes what
   * else it has left, whatever its runtime was. Says that there are no walls.
   *
   * @param config its runtime is {@link #runtime}
   * @param memory the host's; closed with the driver
   * @throws SandboxException {@link Reason#UNSUPPORTED_HOST} with the way out
   */
  public static ProcessDriver open(OciConfig config, HostMemory memory)
      throws InterruptedException {
    LOG.warn(NotKept.warning());
    HostNeeds.checkPlaces(config);
    Cleanup undo = new Cleanup();
    try {
      RunDirectory runDirectory = RunDirectory.open(config.runDir());
      undo.add("run directory " + config.runDir(), runDirectory::close);
      RunDirectory.passable(config.dataDir());
      OciConfig real = config.at(config.runDir().toRealPath(), config.dataDir().toRealPath());
      ProcessDriver driver =
          new ProcessDriver(
              real,
              runDirectory,
              Disks.open(
                  new Root(0),
                  new OciConfig.Disks(OciConfig.Disks.Kind.NONE, config.disks().hostFree()),
                  real.dataDir(),
                  new ContainerSpec.Disk(0, 0)),
              memory,
              new CodeDigest().add(config.imageDigest()).addSources(config.source()).text());
      driver.findSandboxes();
      memory.watch(isShort -> driver.living().forEach(c -> c.keepBackups(!isShort)));
      return driver;
    } catch (IOException e) {
      undo.close();
      throw new SandboxException(
          Reason.INTERNAL, "Making the driver's directories failed: " + e, e);
    } catch (RuntimeException | InterruptedException e) {
      undo.close();
      throw e;
    }
  }

  private void findSandboxes() throws IOException, InterruptedException {
    DriverHome.endAll(config);
    for (String id : DriverHome.boxes(config.runDir(), BOX)) {
      try {
        ProcessSandbox found = ProcessSandbox.find(config, disks, id);
        if (sandbox == null) {
          sandbox = CompletableFuture.completedFuture(found);
        } else {
          found.close();
        }
      } catch (IOException | SandboxException e) {
        LOG.info("removing what is left of sandbox {}: {}", id, e.getMessage());
        ProcessSandbox.end(config, id);
      }
    }
  }

  /** Ends all that a server with this run directory had as mere processes. */
  static void endAll(OciConfig config) throws IOException {
    for (String id : DriverHome.boxes(config.runDir(), BOX)) {
      LOG.info("ending sandbox {}: sandbox.runtime is another one now", id);
      ProcessSandbox.end(config, id);
    }
  }

  OciConfig config() {
    return config;
  }

  @Override
  public String name() {
    return "process";
  }

  @Override
  public boolean isolates() {
    return false;
  }

  @Override
  public String imageDigest() {
    return config.imageDigest();
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public void warm(String project) {
    var _ = sandbox();
  }

  @Override
  public void admit() {
    disks.admit();
    memory.admit();
  }

  @Override
  public String disks() {
    return disks.word();
  }

  @Override
  public long mostMemory() {
    return memory.most() - config.backups().reserveBytes();
  }

  @Override
  public SandboxContainer create(ContainerSpec spec) throws InterruptedException {
    admit();
    ReadyContainers.checkName(spec.id());
    try {
      return forked(spec);
    } catch (SandboxException e) {
      if (e.reason() != Reason.DEAD) {
        throw e;
      }
      return forked(spec); // the sandbox was ending: in the next one
    }
  }

  private SandboxContainer forked(ContainerSpec spec) throws InterruptedException {
    try (var _ = memory.promise(HostMemory.FORKED)) {
      return sandbox().get().containers().fork(spec);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SandboxException s
          ? s
          : new SandboxException(Reason.INTERNAL, "No sandbox could be started.", e.getCause());
    }
  }

  /** A new one if there is none, or it has ended, or could not be started. */
  private synchronized CompletableFuture<ProcessSandbox> sandbox() {
    CompletableFuture<ProcessSandbox> current = sandbox;
    if (current != null && !useless(current)) {
      return current;
    }
    CompletableFuture<ProcessSandbox> next = new CompletableFuture<>();
    sandbox = next;
    if (closed) {
      next.completeExceptionally(new SandboxException(Reason.DEAD, "The driver is closed."));
      return next;
    }
    Thread.ofVirtual()
        .name("sandbox-start")
        .start(() -> {
          try {
            if (current != null && !current.isCompletedExceptionally()) {
              current.join().close(); // its directories have the names of the next
            }
            next.complete(ProcessSandbox.start(config, disks, unused()));
          } catch (Throwable e) {
            next.completeExceptionally(e);
          }
        });
    return next;
  }

  private static boolean useless(CompletableFuture<ProcessSandbox> sandbox) {
    return sandbox.isDone() && (sandbox.isCompletedExceptionally() || !sandbox.join().alive());
  }

  /** A short name, for sockets' paths are short. */
  private String unused() {
    int number = 1;
    while (Files.exists(config.runDir().resolve(BOX + number))
        || Files.exists(config.dataDir().resolve(BOX + number))) {
      number++;
    }
    return BOX + number;
  }

  @Override
  public List<SandboxContainer> found() {
    return List.copyOf(living());
  }

  private synchronized List<OciContainer> living() {
    CompletableFuture<ProcessSandbox> current = sandbox;
    return current != null && current.isDone() && !current.isCompletedExceptionally()
        ? List.copyOf(current.join().containers().living())
        : List.of();
  }

  @Override
  public synchronized boolean ready() {
    CompletableFuture<ProcessSandbox> current = sandbox;
    return current != null && current.isDone() && !useless(current);
  }

  @Override
  public void detach() {
    @Nullable ProcessSandbox last = last();
    if (last != null) {
      last.detach();
    }
    memory.close();
    disks.close();
    try {
      runDirectory.release();
    } catch (IOException e) {
      LOG.warn("letting go of {}: {}", config.runDir(), e.toString());
    }
  }

  @Override
  public void close() {
    @Nullable ProcessSandbox last = last();
    if (last != null) {
      last.close();
    }
    memory.close();
    disks.close();
    try {
      runDirectory.close();
    } catch (IOException e) {
      LOG.warn("removing {}: {}", config.runDir(), e.toString());
    }
  }

  /** No more sandboxes; the one there is, if it could be started. */
  private @Nullable ProcessSandbox last() {
    @Nullable CompletableFuture<ProcessSandbox> current;
    synchronized (this) {
      closed = true;
      current = sandbox;
    }
    return current == null ? null : current.exceptionally(e -> null).join();
  }
}
