package dev.sandglass.sandbox.oci;

import dev.sandglass.common.Json;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.protocol.ZygoteClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sandbox: an OCI container with a zygote in it, hosting one project's containers. Thread-safe.
 */
final class OciSandbox implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OciSandbox.class);

  private final String id;
  private final Ledger ledger;
  private final Cleanup cleanup;
  private final ZygoteClient zygote;
  private final ContainerMaker containers;
  private final ReadyContainers ready;
  private volatile boolean closing; // written by who closes, read by the connection's reader

  /** What all sandboxes of a driver share. */
  record Shared(
      OciConfig config,
      Runtime runtime,
      ContainerMaker.Host host,
      ReadyContainers.Wish wish,
      HostMemory memory) {}

  private OciSandbox(
      String id,
      Ledger ledger,
      Cleanup cleanup,
      ZygoteClient zygote,
      ContainerMaker containers,
      Shared shared) {
    this.id = id;
    this.ledger = ledger;
    this.cleanup = cleanup;
    this.zygote = zygote;
    this.containers = containers;
    this.ready =
        new ReadyContainers(
            shared.wish(),
            spec -> {
              try (var _ = shared.memory().promise(HostMemory.FORKED)) {
                return containers.fork(spec);
              }
            },
            () -> !shared.memory().isShort());
  }

  /** Starts one and waits until its zygote has imported the libraries. */
  static OciSandbox start(Shared shared, DriverHome.Next next, String project)
      throws InterruptedException {
    String id = next.id();
    HostUids uids = next.uids();
    Cleanup cleanup = new Cleanup();
    try {
      OciConfig config = shared.config();
      SandboxHome home = SandboxHome.of(config, id);
      RunDirectory.passable(home.run());
      home.leaveTo(cleanup, shared.runtime());
      Ledger.Box box = new Ledger.Box(project, uids.first(), config.imageDigest());
      Ledger ledger = Ledger.begin(home.run(), box);
      long pid = run(shared, home, uids);
      Gone gone = new Gone(id);
      ZygoteClient zygote = ZygoteDoor.await(home, uids.peers(), pid, gone);
      OciSandbox sandbox = joined(shared, home, ledger, uids, cleanup, pid, zygote, gone);
      sandbox.ready.fill();
      LOG.info("sandbox {} is ready, imports took {} ms", id, zygote.greeting().importMillis());
      return sandbox;
    } catch (IOException e) {
      cleanup.close();
      throw ContainerMaker.failed("A sandbox could not be started", e);
    } catch (RuntimeException | InterruptedException e) {
      cleanup.close();
      throw e;
    }
  }

  /** Starts the runtime; returns the pid of the sandbox's first process. */
  private static long run(Shared shared, SandboxHome home, HostUids uids)
      throws IOException, InterruptedException {
    OciConfig config = shared.config();
    HostUser user = shared.runtime().user();
    user.giveForSockets(home.sockets(), uids.first());
    user.give(home.data(), "rwxr-xr-x", uids.first());
    Files.createDirectories(home.bundle());
    SandboxPlan.Places places = SandboxPlan.Places.below(home.run()).made();
    Files.write(
        home.bundle().resolve("config.json"),
        Json.MAPPER.writeValueAsBytes(
            user.plan(
                SandboxPlan.Places.below(user.seen(home.run())),
                uids,
                home.id(),
                shared.host().cgroups().limit())));
    return shared
        .runtime()
        .run(
            home,
            List.of(
                new Runtime.Bind(config.rootfs(), places.rootfs()),
                new Runtime.Bind(config.source(), places.source()),
                new Runtime.Bind(home.data(), places.data())));
  }

  /**
   * Finds a sandbox of an earlier server again, with its containers.
   *
   * @throws IOException if it has ended, or isn't one that this server would make: it is of no use
   *     then, and nothing of it has been touched
   */
  static OciSandbox find(Shared shared, String id) throws IOException, InterruptedException {
    SandboxHome home = SandboxHome.of(shared.config(), id);
    Ledger ledger = Ledger.in(home.run());
    Ledger.Box box = ledger.box().orElseThrow(() -> new IOException("it has no " + home.run()));
    if (!box.imageDigest().equals(shared.config().imageDigest())) {
      throw new IOException("it runs on another image, " + box.imageDigest());
    }
    long pid = Runtime.pid(home.bundle(), id).orElseThrow(() -> new IOException("it has ended"));
    HostUids uids = shared.runtime().user().uidsFrom(box.firstHostUid());
    Gone gone = new Gone(id);
    ZygoteClient zygote = ZygoteDoor.connect(home, uids.peers(), gone);
    Cleanup cleanup = new Cleanup();
    home.leaveTo(cleanup, shared.runtime());
    OciSandbox sandbox = joined(shared, home, ledger, uids, cleanup, pid, zygote, gone);
    sandbox.containers.findAll();
    sandbox.ready.fill();
    LOG.info("sandbox {} is found again, with {} containers", id, sandbox.containers().size());
    return sandbox;
  }

  private static OciSandbox joined(
      Shared shared,
      SandboxHome home,
      Ledger ledger,
      HostUids uids,
      Cleanup cleanup,
      long zygotePid,
      ZygoteClient zygote,
      Gone gone) {
    cleanup.add("connection to " + home.id(), zygote::close);
    ContainerMaker containers =
        new ContainerMaker(home, uids, ledger, shared.host(), zygotePid, zygote);
    OciSandbox sandbox = new OciSandbox(home.id(), ledger, cleanup, zygote, containers, shared);
    gone.sandbox = sandbox;
    return sandbox;
  }

  String id() {
    return id;
  }

  String project() {
    return ledger.box().map(Ledger.Box::project).orElseThrow();
  }

  Collection<OciContainer> containers() {
    return containers.living();
  }

  boolean alive() {
    return zygote.isOpen();
  }

  /** How many containers are ready that nobody has asked for yet. */
  int readyContainers() {
    return ready.size();
  }

  /** A container, one made ahead of need if there is any of these limits. */
  OciContainer create(ContainerSpec spec) throws InterruptedException {
    return ready.give(spec, name -> ledger);
  }

  /** Lets go of it and of its containers, which go on. */
  void detach() {
    closing = true;
    ready.close();
    containers().forEach(OciContainer::detach);
    zygote.close();
  }

  @Override
  public void close() {
    closing = true;
    ready.close();
    containers().forEach(OciContainer::close);
    cleanup.close();
  }

  /** Hears from the zygote which containers have ended. */
  private static final class Gone implements ZygoteClient.Listener {
    private final String id;
    volatile @Nullable OciSandbox sandbox; // set once the zygote has answered

    Gone(String id) {
      this.id = id;
    }

    @Override
    public void onExited(String container, long pid, int status) {
      OciSandbox s = sandbox;
      OciContainer ended = s == null ? null : s.containers.named(container);
      if (ended != null) {
        ended.onExited(status);
      }
    }

    @Override
    public void onGone(String why) {
      OciSandbox s = sandbox;
      if (s != null && !s.closing) {
        LOG.warn("sandbox {} has ended, and all its containers with it: {}", id, why);
        // Not from the connection's own thread: what is undone includes the connection.
        Thread.ofVirtual().name("sandbox-end").start(s::close);
      }
    }
  }
}
