package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs sandboxes by an OCI runtime on this machine, as root. One sandbox for each project, started
 * when first needed or warmed.
 */
public final class OciDriver implements SandboxDriver {

  private static final Logger LOG = LoggerFactory.getLogger(OciDriver.class);

  /** What the names of the sandboxes' directories begin with. */
  private static final String BOX = "box-";

  private final DriverHome home;
  private final OciSandbox.Shared shared;
  private final Map<String, CompletableFuture<OciSandbox>> sandboxes = new ConcurrentHashMap<>();
  private volatile boolean closed; // read by threads that start sandboxes

  private OciDriver(DriverHome home, ReadyContainers.Wish wish) {
    this.home = home;
    OciConfig config = home.config();
    this.shared =
        new OciSandbox.Shared(
            config,
            new Runtime(home.user(), config.runtime(), home.state()),
            new ContainerMaker.Host(home.user(), home.cgroups(), home.disks(), config.backups()),
            wish,
            home.memory());
  }

  /** A driver that makes every container when it is wanted. */
  public static OciDriver open(OciConfig config) throws InterruptedException {
    return open(config, ReadyContainers.Wish.NONE, HostMemory.enough());
  }

  /**
   * Checks the host, finds the sandboxes of an earlier server with the same run directory again,
   * and removes what else it has left.
   *
   * @param wish what each sandbox keeps ready
   * @param memory the host's; closed with the driver
   * @throws SandboxException {@link Reason#UNSUPPORTED_HOST} with the way out
   */
  public static OciDriver open(OciConfig config, ReadyContainers.Wish wish, HostMemory memory)
      throws InterruptedException {
    return DriverHome.open(
        config,
        BOX,
        wish.like().disk(),
        memory,
        home -> {
          OciDriver driver = new OciDriver(home, wish);
          if (!home.cgroups().limit()) {
            LOG.warn("control groups: {}", Unlimited.SAYS);
          }
          driver.findSandboxes();
          memory.watch(isShort -> driver.living().forEach(c -> c.keepBackups(!isShort)));
          return driver;
        });
  }

  /** Ends all sandboxes that a server with this run directory had under runc. */
  static void endAll(OciConfig config) throws IOException, InterruptedException {
    for (String id : DriverHome.boxes(config.runDir(), BOX)) {
      LOG.info("ending sandbox {}: sandbox.runtime is another one now", id);
      SandboxHome home = SandboxHome.of(config, id);
      HostUser user = HostUser.here(config.uidBase());
      // Without its runtime, which may be gone: with its first process all others end.
      Optional<ProcessHandle> first = Runtime.pid(home.bundle(), id).flatMap(ProcessHandle::of);
      first.ifPresent(ProcessHandle::destroyForcibly);
      Runtime.awaitEnd(first);
      Cgroups.removeSandbox(id);
      user.delete(DriverHome.state(config).resolve(id));
      user.delete(home.run());
      user.delete(home.data());
    }
  }

  private void findSandboxes() throws IOException, InterruptedException {
    RunscDriver.endAll(home.config(), home.cgroups());
    ProcessDriver.endAll(home.config());
    for (String id : home.left().reversed()) {
      try {
        OciSandbox found = OciSandbox.find(shared, id);
        if (sandboxes.putIfAbsent(found.project(), CompletableFuture.completedFuture(found))
            != null) {
          found.close(); // a newer one of the same project goes on
        }
      } catch (IOException | SandboxException e) {
        LOG.info("removing what is left of sandbox {}: {}", id, e.getMessage());
        SandboxHome left = SandboxHome.of(home.config(), id);
        shared.runtime().delete(left);
        home.user().delete(left.run());
      }
    }
    List<OciSandbox> found = sandboxes.values().stream().map(CompletableFuture::join).toList();
    home.removeAllBut(
        found.stream().map(OciSandbox::id).collect(Collectors.toUnmodifiableSet()),
        found.stream()
            .flatMap(s -> s.containers().stream())
            .map(OciContainer::name)
            .collect(Collectors.toUnmodifiableSet()));
  }

  @Override
  public List<SandboxContainer> found() {
    return living().<SandboxContainer>map(c -> c).toList();
  }

  private Stream<OciContainer> living() {
    return sandboxes.values().stream()
        .filter(s -> s.isDone() && !s.isCompletedExceptionally())
        .flatMap(s -> s.join().containers().stream());
  }

  /** Tries what holds containers' disks to their size if their images are in that directory. */
  public static OciConfig.Disks.Found disks(OciConfig.Disks config, Path directory) {
    return Disks.open(new Root(0), config, directory, new ContainerSpec.Disk(0, 0)).found();
  }

  OciConfig config() {
    return home.config();
  }

  @Override
  public String name() {
    return RootlessNeeds.isRoot() ? "runc" : "rootless";
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
    sandbox(project);
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
    return home.memory().most() - home.config().backups().reserveBytes();
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
    Thread.ofVirtual()
        .name("sandbox-start")
        .start(() -> {
          try {
            DriverHome.Next next = home.next();
            OciSandbox made = OciSandbox.start(shared, next, project);
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
    home.release();
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
    home.close();
  }
}
