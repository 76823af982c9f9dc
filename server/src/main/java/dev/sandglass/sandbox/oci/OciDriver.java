package dev.sandglass.sandbox.oci;

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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs sandboxes by an OCI runtime on this machine, as root. One sandbox for each project, started
 * when first needed or warmed.
 */
public final class OciDriver implements SandboxDriver {

  private static final Logger LOG = LoggerFactory.getLogger(OciDriver.class);

  /** The runtime's own state, below the run directory. */
  private static final String STATE = "runtime";

  /** What the names of the sandboxes' directories begin with. */
  private static final String BOX = "box-";

  /** Says where the control groups are, for a server that comes after this one. */
  private static final String GROUPS = "cgroups";

  /** Sandboxes of one server that have uids of their own; after that they are used again. */
  private static final int UID_RANGES = 256;

  private final OciConfig config;
  private final OciSandbox.Shared shared;
  private final Runtime runtime;
  private final Cgroups cgroups;
  private final Disks disks;
  private final RunDirectory runDirectory;
  private final String instance;
  private final String version;
  private final long firstUid;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<String, CompletableFuture<OciSandbox>> sandboxes = new ConcurrentHashMap<>();
  private volatile boolean closed; // read by threads that start sandboxes

  private OciDriver(
      OciConfig config,
      ReadyContainers.Wish wish,
      RunDirectory runDirectory,
      Cgroups cgroups,
      Disks disks,
      String instance,
      String version) {
    this.config = config;
    this.runDirectory = runDirectory;
    this.runtime = new Runtime(config.runtime(), config.runDir().resolve(STATE));
    this.cgroups = cgroups;
    this.disks = disks;
    this.shared =
        new OciSandbox.Shared(
            config, runtime, new ContainerMaker.Host(cgroups, disks, config.backups()), wish);
    this.instance = instance;
    this.version = version;
    // Two servers on one host should not share uids.
    this.firstUid =
        config.uidBase() + (instance.hashCode() & 0x3f) * (long) UID_RANGES * OciConfig.UIDS;
  }

  /** A driver that makes every container when it is wanted. */
  public static OciDriver open(OciConfig config) throws InterruptedException {
    return open(config, ReadyContainers.Wish.NONE);
  }

  /**
   * Checks the host, finds the sandboxes of an earlier server with the same run directory again,
   * and removes what else it has left.
   *
   * @param wish what each sandbox keeps ready
   * @throws SandboxException {@link Reason#UNSUPPORTED_HOST} with the way out
   */
  public static OciDriver open(OciConfig config, ReadyContainers.Wish wish)
      throws InterruptedException {
    HostNeeds.check(config);
    String instance = instanceOf(config.runDir());
    Cleanup undo = new Cleanup();
    try {
      RunDirectory runDirectory = RunDirectory.open(config.runDir());
      undo.add("run directory " + config.runDir(), runDirectory::close);
      RunDirectory.passable(config.dataDir());
      OciDriver driver =
          new OciDriver(
              config,
              wish,
              runDirectory,
              Cgroups.open(instance, config.runDir().resolve(GROUPS)),
              Disks.open(config.disks(), config.dataDir(), wish.like().disk()),
              instance,
              new CodeDigest().add(config.imageDigest()).addSources(config.source()).text());
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

  /** Ends all sandboxes that a server with this run directory had under runc. */
  static void endAll(OciConfig config) throws IOException, InterruptedException {
    for (String id : boxes(config.runDir())) {
      LOG.info("ending sandbox {}: sandbox.runtime is another one now", id);
      SandboxHome home = SandboxHome.of(config, id);
      // Without its runtime, which may be gone: with its first process all others end.
      Optional<ProcessHandle> first = Runtime.pid(home.bundle(), id).flatMap(ProcessHandle::of);
      first.ifPresent(ProcessHandle::destroyForcibly);
      Runtime.awaitEnd(first);
      Cgroups.removeSandbox(id);
      Trees.delete(config.runDir().resolve(STATE).resolve(id));
      Trees.delete(home.run());
      Trees.delete(home.data());
    }
  }

  private void findSandboxes() throws IOException, InterruptedException {
    RunscDriver.endAll(config, cgroups);
    for (String id : boxes(config.runDir()).reversed()) {
      numbers.set(Math.max(numbers.get(), numberOf(id) + 1));
      try {
        OciSandbox found = OciSandbox.find(shared, id);
        if (sandboxes.putIfAbsent(found.project(), CompletableFuture.completedFuture(found))
            != null) {
          found.close(); // a newer one of the same project goes on
        }
      } catch (IOException | SandboxException e) {
        LOG.info("removing what is left of sandbox {}: {}", id, e.getMessage());
        SandboxHome home = SandboxHome.of(config, id);
        runtime.delete(id, home.bundle(), home.log());
        Trees.delete(home.run());
      }
    }
    for (String id : boxes(config.dataDir())) {
      if (!Files.exists(config.runDir().resolve(id))) {
        Trees.delete(config.dataDir().resolve(id));
      }
    }
    cgroups.removeAllBut(
        sandboxes.values().stream()
            .flatMap(s -> s.join().containers().stream())
            .map(OciContainer::name)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** The sandboxes' directories in there, oldest first. */
  private static List<String> boxes(Path directory) throws IOException {
    List<String> ids = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, BOX + "*")) {
      found.forEach(box -> ids.add(box.getFileName().toString()));
    }
    ids.sort(Comparator.comparingInt(OciDriver::numberOf));
    return ids;
  }

  private static int numberOf(String id) {
    try {
      return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public List<SandboxContainer> found() {
    return sandboxes.values().stream()
        .filter(s -> s.isDone() && !s.isCompletedExceptionally())
        .flatMap(s -> s.join().containers().stream())
        .<SandboxContainer>map(c -> c)
        .toList();
  }

  /** Tries what holds containers' disks to their size if their images are in that directory. */
  public static OciConfig.Disks.Found disks(OciConfig.Disks config, Path directory) {
    return Disks.open(config, directory, new ContainerSpec.Disk(0, 0)).found();
  }

  /** The name of the groups and sandboxes of a driver with that run directory. */
  static String instanceOf(Path runDir) {
    return "sandglass-" + Integer.toHexString(runDir.toString().hashCode());
  }

  OciConfig config() {
    return config;
  }

  /** The name of this driver's groups and sandboxes, the same for the same run directory. */
  String instance() {
    return instance;
  }

  @Override
  public String name() {
    return "runc";
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
    sandbox(project);
  }

  @Override
  public void admit() {
    disks.admit();
  }

  @Override
  public SandboxContainer create(ContainerSpec spec) throws InterruptedException {
    admit();
    try {
      return sandbox(spec.project()).get().create(spec);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SandboxException s) {
        throw s;
      }
      throw new SandboxException(Reason.INTERNAL, "No sandbox could be started.", e.getCause());
    }
  }

  /**
   * The project's sandbox; a new one if there is none, or it has ended, or could not be started.
   */
  private CompletableFuture<OciSandbox> sandbox(String project) {
    return sandboxes.compute(
        project,
        (p, current) -> {
          if (current != null && !useless(current)) {
            return current;
          }
          if (current != null && !current.isCompletedExceptionally()) {
            Thread.ofVirtual().start(() -> current.join().close());
          }
          return start(p);
        });
  }

  private static boolean useless(CompletableFuture<OciSandbox> sandbox) {
    return sandbox.isDone() && (sandbox.isCompletedExceptionally() || !sandbox.join().alive());
  }

  private CompletableFuture<OciSandbox> start(String project) {
    CompletableFuture<OciSandbox> promise = new CompletableFuture<>();
    int number = numbers.getAndIncrement();
    Thread.ofVirtual()
        .name("sandbox-start")
        .start(() -> {
          try {
            long uid = firstUid + (number % UID_RANGES) * (long) OciConfig.UIDS;
            OciSandbox made = OciSandbox.start(shared, BOX + instance + "-" + number, project, uid);
            if (closed) {
              made.close();
            }
            promise.complete(made);
          } catch (Throwable e) {
            promise.completeExceptionally(e);
          }
        });
    return promise;
  }

  /** How many containers of a project are ready that nobody has asked for yet. */
  int readyContainers(String project) {
    CompletableFuture<OciSandbox> sandbox = sandboxes.get(project);
    return sandbox == null || !sandbox.isDone() || useless(sandbox)
        ? 0
        : sandbox.join().readyContainers();
  }

  @Override
  public boolean ready() {
    return sandboxes.values().stream().anyMatch(s -> s.isDone() && !useless(s));
  }

  @Override
  public void detach() {
    closed = true;
    for (CompletableFuture<OciSandbox> sandbox : sandboxes.values()) {
      @Nullable OciSandbox made = sandbox.exceptionally(e -> null).join();
      if (made != null) {
        made.detach();
      }
    }
    sandboxes.clear();
    try {
      runDirectory.release();
    } catch (IOException e) {
      LOG.warn("letting go of {}: {}", config.runDir(), e.toString());
    }
  }

  @Override
  public void close() {
    closed = true;
    for (CompletableFuture<OciSandbox> sandbox : sandboxes.values()) {
      @Nullable OciSandbox made = sandbox.exceptionally(e -> null).join();
      if (made != null) {
        made.close();
      }
    }
    sandboxes.clear();
    disks.close();
    cgroups.removeAll();
    try {
      Trees.delete(config.runDir().resolve(STATE));
      Files.deleteIfExists(config.runDir().resolve(GROUPS));
      runDirectory.close();
    } catch (IOException e) {
      LOG.warn("removing {}: {}", config.runDir(), e.toString());
    }
  }
}
