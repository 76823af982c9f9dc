package dev.sandglass.sandbox.oci;

import dev.sandglass.common.Json;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.sandbox.protocol.ForkRequest;
import dev.sandglass.sandbox.protocol.KernelLimits;
import dev.sandglass.sandbox.protocol.PeerCheck;
import dev.sandglass.sandbox.protocol.SupervisorClient;
import dev.sandglass.sandbox.protocol.ZygoteClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sandbox: an OCI container with a zygote in it, hosting one project's containers. Thread-safe.
 *
 * <p>Directories: {@code runDir/<id>/} holds bundle, log and {@code sockets/}, which the sandbox
 * sees as {@link SandboxPlan#SOCKETS}; {@code dataDir/<id>/} holds one directory for each
 * container's files, seen as {@link SandboxPlan#DATA}.
 */
final class OciSandbox implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OciSandbox.class);
  private static final Duration ZYGOTE_START = Duration.ofSeconds(180);
  private static final Duration FORK = Duration.ofSeconds(30);
  private static final int FIRST_UID = 2_000;
  private static final int LAST_UID = 60_000;

  /** It becomes a directory's name. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  /**
   * Processes of a container on top of what its code may have: the supervisor and the file worker
   * must be able to start when the code has taken all that it may.
   */
  private static final int OWN_PROCESSES = 16;

  private final String id;
  private final long firstHostUid;
  private final Path sockets;
  private final Path data;
  private final Ledger ledger;
  private final Cgroups cgroups;
  private final OciConfig.Backups backups;
  private final Cleanup cleanup;
  private final long zygotePid;
  private final ZygoteClient zygote;
  private final Map<String, OciContainer> containers = new ConcurrentHashMap<>();
  private final ReadyContainers ready;
  private int nextUid = FIRST_UID;
  private volatile boolean closing; // written by who closes, read by the connection's reader

  private OciSandbox(
      String id,
      long firstHostUid,
      Path sockets,
      Path data,
      Ledger ledger,
      Cgroups cgroups,
      OciConfig.Backups backups,
      Cleanup cleanup,
      long zygotePid,
      ZygoteClient zygote,
      ReadyContainers.Wish wish) {
    this.id = id;
    this.firstHostUid = firstHostUid;
    this.sockets = sockets;
    this.data = data;
    this.ledger = ledger;
    this.cgroups = cgroups;
    this.backups = backups;
    this.cleanup = cleanup;
    this.zygotePid = zygotePid;
    this.zygote = zygote;
    this.ready = new ReadyContainers(wish, this::fork);
  }

  /** Starts one and waits until its zygote has imported the libraries. */
  static OciSandbox start(
      OciConfig config,
      Runtime runtime,
      Cgroups cgroups,
      String id,
      String project,
      long firstHostUid,
      ReadyContainers.Wish wish)
      throws InterruptedException {
    Cleanup cleanup = new Cleanup();
    try {
      Path home = config.runDir().resolve(id);
      Path data = config.dataDir().resolve(id);
      RunDirectory.passable(home);
      cleanup.add("directory " + home, () -> Trees.delete(home));
      cleanup.add("directory " + data, () -> Trees.delete(data));
      Ledger ledger =
          Ledger.begin(home, new Ledger.Box(project, firstHostUid, config.imageDigest()));
      Path sockets = directory(home.resolve("sockets"), firstHostUid);
      directory(data, firstHostUid);
      Path bundle = Files.createDirectories(home.resolve("bundle"));
      Path rootfs = Files.createDirectories(home.resolve("rootfs"));
      Path source = Files.createDirectories(home.resolve("source"));
      Path seenData = Files.createDirectories(home.resolve("data"));
      Files.write(
          bundle.resolve("config.json"),
          Json.MAPPER.writeValueAsBytes(
              SandboxPlan.spec(rootfs, source, sockets, seenData, firstHostUid, "/" + id)));
      Path log = home.resolve("log");
      cleanup.add("sandbox " + id, () -> runtime.delete(id, bundle, log));
      long pid =
          runtime.run(
              id,
              bundle,
              List.of(
                  new Runtime.Bind(config.rootfs(), rootfs),
                  new Runtime.Bind(config.source(), source),
                  new Runtime.Bind(data, seenData)),
              log);
      Gone gone = new Gone(id);
      ZygoteClient zygote =
          connect(id, sockets.resolve("zygote.sock"), firstHostUid, pid, log, gone);
      cleanup.add("connection to " + id, zygote::close);
      OciSandbox sandbox =
          new OciSandbox(
              id,
              firstHostUid,
              sockets,
              data,
              ledger,
              cgroups,
              config.backups(),
              cleanup,
              pid,
              zygote,
              wish);
      gone.sandbox = sandbox;
      sandbox.ready.fill();
      LOG.info("sandbox {} is ready, imports took {} ms", id, zygote.greeting().importMillis());
      return sandbox;
    } catch (IOException e) {
      cleanup.close();
      throw failed("A sandbox could not be started", e);
    } catch (RuntimeException | InterruptedException e) {
      cleanup.close();
      throw e;
    }
  }

  /**
   * Finds a sandbox of an earlier server again, with its containers.
   *
   * @throws IOException if it has ended, or isn't one that this server would make: it is of no use
   *     then, and nothing of it has been touched
   */
  static OciSandbox find(
      OciConfig config, Runtime runtime, Cgroups cgroups, String id, ReadyContainers.Wish wish)
      throws IOException, InterruptedException {
    Path home = config.runDir().resolve(id);
    Path data = config.dataDir().resolve(id);
    Path bundle = home.resolve("bundle");
    Path log = home.resolve("log");
    Ledger ledger = Ledger.in(home);
    Ledger.Box box = ledger.box().orElseThrow(() -> new IOException("it has no " + home));
    if (!box.imageDigest().equals(config.imageDigest())) {
      throw new IOException("it runs on another image, " + box.imageDigest());
    }
    long pid = Runtime.pid(bundle, id).orElseThrow(() -> new IOException("it has ended"));
    Path sockets = home.resolve("sockets");
    Gone gone = new Gone(id);
    ZygoteClient zygote =
        ZygoteClient.connect(
            "zygote " + id,
            sockets.resolve("zygote.sock"),
            PeerCheck.uids(box.firstHostUid(), OciConfig.UIDS),
            gone,
            FORK);
    Cleanup cleanup = new Cleanup();
    cleanup.add("directory " + home, () -> Trees.delete(home));
    cleanup.add("directory " + data, () -> Trees.delete(data));
    cleanup.add("sandbox " + id, () -> runtime.delete(id, bundle, log));
    cleanup.add("connection to " + id, zygote::close);
    OciSandbox sandbox =
        new OciSandbox(
            id,
            box.firstHostUid(),
            sockets,
            data,
            ledger,
            cgroups,
            config.backups(),
            cleanup,
            pid,
            zygote,
            wish);
    gone.sandbox = sandbox;
    sandbox.findContainers();
    sandbox.ready.fill();
    LOG.info("sandbox {} is found again, with {} containers", id, sandbox.containers.size());
    return sandbox;
  }

  /** Takes the containers that go on, and ends and removes whatever else an earlier server left. */
  private void findContainers() throws IOException, InterruptedException {
    Map<String, Long> living = new HashMap<>(zygote.greeting().containers());
    for (Ledger.Fork fork : ledger.forks()) {
      nextUid = Math.max(nextUid, fork.uid() + 2);
      find(fork, living.remove(fork.name()));
    }
    for (long pid : living.values()) {
      OptionalLong orphan = HostPid.ofContainer(zygotePid, pid);
      if (orphan.isPresent()) {
        end(ProcessHandle.of(orphan.getAsLong()).orElse(null));
      }
    }
  }

  private void find(Ledger.Fork fork, @Nullable Long pid) throws InterruptedException {
    ContainerSpec spec = fork.spec();
    Cleanup undo = new Cleanup();
    Place place = place(fork.name(), fork.uid(), undo);
    try {
      Cgroups.Cgroup cgroup = cgroups.find(fork.name());
      undo.add("cgroup of " + fork.name(), cgroup::close);
      long hostPid =
          HostPid.ofContainer(zygotePid, pid == null ? 0 : pid)
              .orElseThrow(() -> new IOException("it has ended"));
      ProcessHandle process = ProcessHandle.of(hostPid).orElse(null);
      undo.add("supervisor of " + fork.name(), () -> end(process));
      if (!cgroup.exists()) {
        throw new IOException("its control group is gone");
      }
      OciContainer container = container(fork.name(), spec, cgroup, undo);
      SupervisorClient client = connect(fork.name(), place.socket(), container);
      container.reconnect(client);
      if (client.greeting().isNew()) {
        throw new IOException("nothing has run in it yet");
      }
      containers.put(fork.name(), container);
    } catch (IOException | SandboxException e) {
      LOG.info("container {} is not taken over: {}", spec.id(), e.getMessage());
      undo.close();
    }
  }

  String project() {
    return ledger.box().map(Ledger.Box::project).orElseThrow();
  }

  Collection<OciContainer> containers() {
    return containers.values();
  }

  private static SandboxException failed(String what, IOException e) {
    boolean full = String.valueOf(e.getMessage()).contains("No space left");
    return new SandboxException(
        full ? Reason.NO_SPACE : Reason.INTERNAL,
        "%s: %s%s".formatted(what, e, full ? ". The disk is full: free some space." : ""),
        e);
  }

  private static Path directory(Path dir, long hostUid) throws IOException {
    Files.createDirectories(dir);
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
    chown(dir, hostUid);
    return dir;
  }

  private static void chown(Path dir, long hostUid) throws IOException {
    Files.setAttribute(dir, "unix:uid", (int) hostUid);
    Files.setAttribute(dir, "unix:gid", (int) hostUid);
  }

  /**
   * Waits for the socket; the message of a failure says what was awaited and what the sandbox said
   * instead.
   */
  private static ZygoteClient connect(
      String id, Path socket, long firstUid, long pid, Path log, Gone gone)
      throws IOException, InterruptedException {
    PeerCheck check = PeerCheck.uids(firstUid, OciConfig.UIDS);
    long deadline = System.nanoTime() + ZYGOTE_START.toNanos();
    while (System.nanoTime() < deadline) {
      if (Files.exists(socket)) {
        try {
          return ZygoteClient.connect("zygote " + id, socket, check, gone, FORK);
        } catch (java.net.ConnectException e) {
          // It is bound, but not listened on yet.
        }
      }
      if (ProcessHandle.of(pid).isEmpty()) {
        throw new SandboxException(
            Reason.INTERNAL,
            "The sandbox's zygote ended before it was ready. It said: " + Runtime.tail(log));
      }
      Thread.sleep(10);
    }
    throw new SandboxException(
        Reason.INTERNAL,
        "The sandbox's zygote did not listen within "
            + ZYGOTE_START.toSeconds()
            + " s. It said: "
            + Runtime.tail(log));
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
    if (!NAME.matcher(spec.id()).matches()) {
      throw new SandboxException(
          Reason.INVALID, "A container's id has 1 to 128 letters, digits, - and _.");
    }
    @Nullable OciContainer made = ready.take(spec);
    if (made == null) {
      return fork(spec);
    }
    try {
      ledger.serves(made.name(), spec);
      return made;
    } catch (IOException e) {
      made.close();
      throw failed("A container could not be made", e);
    }
  }

  /** Forks a container: directories, cgroup, supervisor, kernel, in that order. */
  private OciContainer fork(ContainerSpec spec) throws InterruptedException {
    Cleanup undo = new Cleanup();
    try {
      int uid = takeUid();
      Place place = place(spec.id(), uid, undo);
      ledger.enter(new Ledger.Fork(spec.id(), spec, uid));
      Files.createDirectory(
          place.files(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      chown(place.files(), firstHostUid + uid);
      Path socket = place.socket();
      Files.deleteIfExists(socket);
      KernelLimits limits = limits(spec);
      Cgroups.Cgroup cgroup =
          cgroups.create(
              spec.id(),
              new Cgroups.Limits(
                  spec.memoryBytes() + backups.reserveBytes(),
                  spec.processes() + OWN_PROCESSES,
                  Cgroups.Limits.DEFAULT_CPU_WEIGHT));
      undo.add("cgroup of " + spec.id(), cgroup::close);
      long pid = zygote.fork(request(spec, uid, socket), FORK);
      long hostPid =
          HostPid.ofContainer(zygotePid, pid)
              .orElseThrow(
                  () -> new SandboxException(Reason.INTERNAL, "The new container ended at once."));
      ProcessHandle process = ProcessHandle.of(hostPid).orElse(null);
      undo.add("supervisor of " + spec.id(), () -> end(process));
      // Before `start`: nothing of the user's has run yet.
      cgroup.add(hostPid);
      OciContainer container = container(spec.id(), spec, cgroup, undo);
      container.connect(connect(spec.id(), socket, container));
      containers.put(spec.id(), container);
      return container;
    } catch (IOException e) {
      undo.close();
      throw failed("A container could not be made", e);
    } catch (RuntimeException | InterruptedException e) {
      undo.close();
      throw e;
    }
  }

  /** Where a container's files and its socket are. */
  private record Place(Path files, Path socket) {}

  private Place place(String name, int uid, Cleanup undo) {
    Place place = new Place(data.resolve(name), sockets.resolve(uid + ".sock"));
    undo.add("record of " + name, () -> ledger.strike(name));
    undo.add("files of " + name, () -> Trees.delete(place.files()));
    undo.add("socket of " + name, () -> Files.deleteIfExists(place.socket()));
    return place;
  }

  private OciContainer container(
      String name, ContainerSpec spec, Cgroups.Cgroup cgroup, Cleanup undo) {
    return new OciContainer(name, spec, limits(spec), cgroup, undo, () -> containers.remove(name));
  }

  private KernelLimits limits(ContainerSpec spec) {
    return new KernelLimits(
        spec.memoryBytes(), backups.reserveBytes(), backups.cost(), backups.on());
  }

  private SupervisorClient connect(String name, Path socket, OciContainer container)
      throws IOException, InterruptedException {
    return SupervisorClient.connect(
        name, socket, PeerCheck.uids(firstHostUid, OciConfig.UIDS), container, FORK);
  }

  private ForkRequest request(ContainerSpec spec, int uid, Path socket) {
    return new ForkRequest(
        spec.id(),
        uid,
        uid + 1,
        "sandglass",
        SandboxPlan.DATA + "/" + spec.id(),
        SandboxPlan.SOCKETS + "/" + socket.getFileName(),
        spec.tmpBytes(),
        spec.shmBytes(),
        spec.processes(),
        spec.openFiles());
  }

  /**
   * A uid for a kernel, the next one for its supervisor; not used again until all others have been.
   */
  private synchronized int takeUid() {
    int uid = nextUid;
    nextUid = nextUid + 2 > LAST_UID ? FIRST_UID : nextUid + 2;
    return uid;
  }

  /** Its PID namespace ends with it, and with that everything in the container. */
  private static void end(@Nullable ProcessHandle supervisor) throws InterruptedException {
    if (supervisor != null && supervisor.isAlive()) {
      supervisor.destroyForcibly();
      for (int i = 0; i < 5000 && supervisor.isAlive(); i++) {
        Thread.sleep(2);
      }
    }
  }

  /** Lets go of it and of its containers, which go on. */
  void detach() {
    closing = true;
    ready.close();
    containers.values().forEach(OciContainer::detach);
    zygote.close();
  }

  @Override
  public void close() {
    closing = true;
    ready.close();
    containers.values().forEach(OciContainer::close);
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
      OciContainer ended = s == null ? null : s.containers.get(container);
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
