package dev.sandglass.sandbox.oci;

import dev.sandglass.common.Json;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each container in a gVisor sandbox of its own on this machine, as root. All are started from
 * one {@link Snapshot}, which is taken when first needed or warmed; a few wait ready, for whatever
 * project comes first, as nothing has ever run in them.
 */
public final class RunscDriver implements SandboxDriver {

  private static final Logger LOG = LoggerFactory.getLogger(RunscDriver.class);

  /** What the names of the sandboxes' directories begin with. */
  private static final String BOX = "solo-";

  private final DriverHome home;
  private final RunscSandbox.Shared shared;
  private final Map<String, OciContainer> living = new ConcurrentHashMap<>();
  private final ReadyContainers ready;
  private @Nullable CompletableFuture<Snapshot> snapshot; // guarded by this
  private boolean closed; // guarded by this

  private RunscDriver(DriverHome home, long overheadBytes, ReadyContainers.Wish wish) {
    this.home = home;
    this.shared =
        new RunscSandbox.Shared(
            home.config(), runsc(home.config()), home.cgroups(), home.disks(), overheadBytes);
    this.ready = new ReadyContainers(wish, this::make, () -> !home.memory().isShort());
  }

  private static Runsc runsc(OciConfig config) {
    return new Runsc(config.runtime(), DriverHome.state(config));
  }

  /**
   * Checks the host, finds the containers of an earlier server with the same run directory again,
   * and removes what else it has left.
   *
   * @param overheadBytes what gVisor and the zygote may take of the host's memory for each
   *     container, besides what the container may have
   * @param wish how many are kept ready
   * @param memory the host's; closed with the driver
   * @throws SandboxException {@link Reason#UNSUPPORTED_HOST} with the way out
   */
  public static RunscDriver open(
      OciConfig config, long overheadBytes, ReadyContainers.Wish wish, HostMemory memory)
      throws InterruptedException {
    if (!RootlessNeeds.isRoot()) {
      throw new SandboxException(
          Reason.UNSUPPORTED_HOST,
          "gVisor's sandboxes need root (sandbox.runtime: runsc): start the server as root, or set"
              + " sandbox.runtime to auto.");
    }
    return DriverHome.open(
        config,
        BOX,
        wish.like().disk(),
        memory,
        home -> {
          RunscDriver driver = new RunscDriver(home, overheadBytes, wish);
          driver.findSandboxes();
          memory.watch(isShort -> driver.living.values().forEach(c -> c.keepBackups(!isShort)));
          return driver;
        });
  }

  /** The outer wall as the runtime gets it, places left out: what a report on it depends on. */
  public static String walls() {
    Path place = Path.of("/");
    return RunscPlan.FLAGS
        + Json.MAPPER.writeValueAsString(
            RunscPlan.spec(SandboxPlan.Places.below(place), new HostUids(0, 0)));
  }

  private void findSandboxes() throws IOException, InterruptedException {
    OciDriver.endAll(home.config());
    ProcessDriver.endAll(home.config());
    for (String id : home.left()) {
      try {
        living.put(id, RunscSandbox.find(shared, id, living::remove));
      } catch (IOException | SandboxException e) {
        LOG.info("removing what is left of sandbox {}: {}", id, e.getMessage());
        end(home.config(), home.cgroups(), id);
      }
    }
    home.removeAllBut(Set.copyOf(living.keySet()), Set.copyOf(living.keySet()));
  }

  /** Ends all sandboxes that a server with this run directory had under gVisor. */
  static void endAll(OciConfig config, Cgroups cgroups) throws IOException {
    for (String id : DriverHome.boxes(config.runDir(), BOX)) {
      LOG.info("ending sandbox {}: sandbox.runtime is another one now", id);
      end(config, cgroups, id);
    }
    for (String id : DriverHome.boxes(config.dataDir(), BOX)) {
      Trees.delete(config.dataDir().resolve(id));
    }
  }

  private static void end(OciConfig config, Cgroups cgroups, String id) {
    try (Cleanup left = new Cleanup()) {
      RunscBox.of(config, id).leaveTo(left, runsc(config), cgroups.find(id));
    }
  }

  OciConfig config() {
    return home.config();
  }

  @Override
  public String name() {
    return "runsc";
  }

  @Override
  public String imageDigest() {
    return home.config().imageDigest();
  }

  @Override
  public String version() {
    return home.version();
  }

  @Override
  public void warm(String project) {
    var _ = snapshot();
  }

  @Override
  public void admit() {
    home.admit();
  }

  @Override
  public String disks() {
    return home.disks().word();
  }

  @Override
  public long mostMemory() {
    return home.memory().most() - home.config().backups().reserveBytes() - shared.overheadBytes();
  }

  @Override
  public SandboxContainer create(ContainerSpec spec) throws InterruptedException {
    admit();
    return ready.give(spec, name -> Ledger.in(SandboxHome.of(home.config(), name).run()));
  }

  private OciContainer make(ContainerSpec spec) throws InterruptedException {
    try (var _ = home.memory().promise(shared.overheadBytes())) {
      Snapshot copy = snapshot().get();
      DriverHome.Next next = home.next();
      OciContainer made = RunscSandbox.start(shared, copy, next, spec, living::remove);
      living.put(next.id(), made);
      return made;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SandboxException s
          ? s
          : new SandboxException(Reason.INTERNAL, "No sandbox could be copied.", e.getCause());
    }
  }

  /** What sandboxes are copied from; begins to take it if there is none, or it could not be. */
  private synchronized CompletableFuture<Snapshot> snapshot() {
    CompletableFuture<Snapshot> current = snapshot;
    if (current != null && !current.isCompletedExceptionally()) {
      return current;
    }
    CompletableFuture<Snapshot> next = new CompletableFuture<>();
    snapshot = next;
    if (closed) {
      next.completeExceptionally(new SandboxException(Reason.DEAD, "The driver is closed."));
      return next;
    }
    Thread.ofVirtual()
        .name("snapshot")
        .start(() -> {
          try {
            next.complete(
                Snapshot.take(shared.runsc(), home.config(), home.cgroups(), home.next()));
            ready.fill();
          } catch (Throwable e) {
            next.completeExceptionally(e);
          }
        });
    return next;
  }

  @Override
  public List<SandboxContainer> found() {
    return List.copyOf(living.values());
  }

  /** How many containers are ready that nobody has asked for yet. */
  int readyContainers() {
    return ready.size();
  }

  @Override
  public synchronized boolean ready() {
    CompletableFuture<Snapshot> current = snapshot;
    return current != null && current.isDone() && !current.isCompletedExceptionally();
  }

  @Override
  public void detach() {
    end();
    living.values().forEach(OciContainer::detach);
    home.release();
  }

  @Override
  public void close() {
    end();
    living.values().forEach(OciContainer::close);
    home.close();
  }

  /** No more containers; what they were copied from is removed. */
  private void end() {
    @Nullable CompletableFuture<Snapshot> last;
    synchronized (this) {
      closed = true;
      last = snapshot;
    }
    @Nullable Snapshot copy = last == null ? null : last.exceptionally(e -> null).join();
    ready.close();
    try {
      if (copy != null) {
        copy.close();
      }
    } catch (IOException e) {
      LOG.warn("removing the sandbox to be copied: {}", e.toString());
    }
  }
}
