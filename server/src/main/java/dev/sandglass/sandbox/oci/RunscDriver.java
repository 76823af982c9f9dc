package dev.sandglass.sandbox.oci;

import dev.sandglass.common.Json;
import dev.sandglass.sandbox.CodeDigest;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
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

  /** The runtime's own state, below the run directory. */
  private static final String STATE = "runtime";

  /** What the names of the sandboxes' directories begin with. */
  static final String BOX = "solo-";

  private static final String GROUPS = "cgroups";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  /** Sandboxes of one server that have uids of their own; after that they are used again. */
  private static final int UID_RANGES = 256;

  private final OciConfig config;
  private final RunscSandbox.Shared shared;
  private final RunDirectory runDirectory;
  private final String instance;
  private final String version;
  private final long firstUid;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<String, OciContainer> living = new ConcurrentHashMap<>();
  private final ReadyContainers ready;
  private @Nullable CompletableFuture<Snapshot> snapshot; // guarded by this
  private boolean closed; // guarded by this

  private RunscDriver(
      OciConfig config,
      long overheadBytes,
      ReadyContainers.Wish wish,
      RunDirectory runDirectory,
      Cgroups cgroups,
      Disks disks,
      String version) {
    this.config = config;
    this.runDirectory = runDirectory;
    this.version = version;
    Runsc runsc = new Runsc(config.runtime(), config.runDir().resolve(STATE));
    this.shared = new RunscSandbox.Shared(config, runsc, cgroups, disks, overheadBytes);
    this.instance = OciDriver.instanceOf(config.runDir());
    this.firstUid =
        config.uidBase() + (instance.hashCode() & 0x3f) * (long) UID_RANGES * OciConfig.UIDS;
    this.ready = new ReadyContainers(wish, this::make);
  }

  /**
   * Checks the host, finds the containers of an earlier server with the same run directory again,
   * and removes what else it has left.
   *
   * @param overheadBytes what gVisor and the zygote may take of the host's memory for each
   *     container, besides what the container may have
   * @param wish how many are kept ready
   * @throws SandboxException {@link Reason#UNSUPPORTED_HOST} with the way out
   */
  public static RunscDriver open(OciConfig config, long overheadBytes, ReadyContainers.Wish wish)
      throws InterruptedException {
    HostNeeds.check(config);
    Cleanup undo = new Cleanup();
    try {
      RunDirectory runDirectory = RunDirectory.open(config.runDir());
      undo.add("run directory " + config.runDir(), runDirectory::close);
      RunDirectory.passable(config.dataDir());
      Cgroups cgroups =
          Cgroups.open(OciDriver.instanceOf(config.runDir()), config.runDir().resolve(GROUPS));
      Disks disks = Disks.open(config.disks(), config.dataDir(), wish.like().disk());
      String version =
          new CodeDigest().add(config.imageDigest()).addSources(config.source()).text();
      RunscDriver driver =
          new RunscDriver(config, overheadBytes, wish, runDirectory, cgroups, disks, version);
      driver.findSandboxes();
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

  /** The outer wall as the runtime gets it, places left out: what a report on it depends on. */
  public static String walls() {
    Path place = Path.of("/");
    return RunscPlan.FLAGS
        + Json.MAPPER.writeValueAsString(RunscPlan.spec(place, place, place, place, 0));
  }

  private void findSandboxes() throws IOException, InterruptedException {
    OciDriver.endAll(config);
    for (String id : named(config.runDir())) {
      numbers.accumulateAndGet(numberOf(id) + 1, Math::max);
      try {
        living.put(id, RunscSandbox.find(shared, id, living::remove));
      } catch (IOException | SandboxException e) {
        LOG.info("removing what is left of sandbox {}: {}", id, e.getMessage());
        end(config, id, shared.cgroups());
      }
    }
    for (String id : named(config.dataDir())) {
      if (!living.containsKey(id)) {
        Trees.delete(config.dataDir().resolve(id));
      }
    }
    shared.cgroups().removeAllBut(Set.copyOf(living.keySet()));
  }

  /** Ends all sandboxes that a server with this run directory had under gVisor. */
  static void endAll(OciConfig config, Cgroups cgroups) throws IOException {
    for (String id : named(config.runDir())) {
      LOG.info("ending sandbox {}: sandbox.runtime is another one now", id);
      end(config, id, cgroups);
    }
    for (String id : named(config.dataDir())) {
      Trees.delete(config.dataDir().resolve(id));
    }
  }

  private static void end(OciConfig config, String id, Cgroups cgroups) {
    try (Cleanup left = new Cleanup()) {
      Runsc runsc = new Runsc(config.runtime(), config.runDir().resolve(STATE));
      RunscBox.of(config, id).leaveTo(left, runsc, cgroups.find(id));
    }
  }

  private static List<String> named(Path directory) throws IOException {
    List<String> ids = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, BOX + "*")) {
      found.forEach(box -> ids.add(box.getFileName().toString()));
    }
    return ids;
  }

  private static int numberOf(String id) {
    try {
      return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  OciConfig config() {
    return config;
  }

  String instance() {
    return instance;
  }

  @Override
  public String name() {
    return "runsc";
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
    var _ = snapshot();
  }

  @Override
  public void admit() {
    shared.disks().admit();
  }

  @Override
  public SandboxContainer create(ContainerSpec spec) throws InterruptedException {
    if (!NAME.matcher(spec.id()).matches()) {
      throw new SandboxException(
          Reason.INVALID, "A container's id has 1 to 128 letters, digits, - and _.");
    }
    admit();
    @Nullable OciContainer made = ready.take(spec);
    if (made == null) {
      return make(spec);
    }
    try {
      Ledger.in(RunscBox.of(config, made.name()).home().run()).serves(made.name(), spec);
      return made;
    } catch (IOException e) {
      made.close();
      throw new SandboxException(Reason.INTERNAL, "A container could not be made: " + e, e);
    }
  }

  private OciContainer make(ContainerSpec spec) throws InterruptedException {
    try {
      Snapshot copy = snapshot().get();
      int number = numbers.getAndIncrement();
      String id = BOX + instance + "-" + number;
      OciContainer made =
          RunscSandbox.start(shared, copy, id, number, uids(number), spec, living::remove);
      living.put(id, made);
      return made;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SandboxException s
          ? s
          : new SandboxException(Reason.INTERNAL, "No sandbox could be copied.", e.getCause());
    }
  }

  private long uids(int number) {
    return firstUid + (number % UID_RANGES) * (long) OciConfig.UIDS;
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
    int number = numbers.getAndIncrement();
    Thread.ofVirtual()
        .name("snapshot")
        .start(() -> {
          try {
            next.complete(
                Snapshot.take(
                    shared.runsc(),
                    config,
                    shared.cgroups(),
                    BOX + instance + "-" + number,
                    uids(number)));
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
    try {
      runDirectory.release();
    } catch (IOException e) {
      LOG.warn("letting go of {}: {}", config.runDir(), e.toString());
    }
  }

  @Override
  public void close() {
    end();
    living.values().forEach(OciContainer::close);
    shared.disks().close();
    shared.cgroups().removeAll();
    try {
      Trees.delete(config.runDir().resolve(STATE));
      Files.deleteIfExists(config.runDir().resolve(GROUPS));
      runDirectory.close();
    } catch (IOException e) {
      LOG.warn("removing {}: {}", config.runDir(), e.toString());
    }
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
