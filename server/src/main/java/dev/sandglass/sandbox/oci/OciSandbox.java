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
import java.util.List;
import java.util.Map;
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
  private static final Duration ZYGOTE_START = Duration.ofSeconds(60);
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
  private final Cgroups cgroups;
  private final OciConfig.Backups backups;
  private final Cleanup cleanup;
  private final long zygotePid;
  private final ZygoteClient zygote;
  private final Map<String, OciContainer> containers = new ConcurrentHashMap<>();
  private final ReadyContainers ready;
  private int nextUid = FIRST_UID;

  private OciSandbox(
      String id,
      long firstHostUid,
      Path sockets,
      Path data,
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
    return made != null ? made : fork(spec);
  }

  /** Forks a container: directories, cgroup, supervisor, kernel, in that order. */
  private OciContainer fork(ContainerSpec spec) throws InterruptedException {
    Cleanup undo = new Cleanup();
    try {
      int uid = takeUid();
      Path files = data.resolve(spec.id());
      undo.add("files of " + spec.id(), () -> Trees.delete(files));
      Files.createDirectory(
          files,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      chown(files, firstHostUid + uid);
      Path socket = sockets.resolve(uid + ".sock");
      undo.add("socket of " + spec.id(), () -> Files.deleteIfExists(socket));
      Files.deleteIfExists(socket);
      KernelLimits limits =
          new KernelLimits(
              spec.memoryBytes(), backups.reserveBytes(), backups.cost(), backups.on());
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
      OciContainer container =
          new OciContainer(spec, limits, cgroup, undo, () -> containers.remove(spec.id()));
      container.connect(
          SupervisorClient.connect(
              spec.id(), socket, PeerCheck.uids(firstHostUid, OciConfig.UIDS), container, FORK));
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

  @Override
  public void close() {
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
      if (s != null && s.containers.get(container) != null) {
        LOG.info("container {} has ended with wait status {}", container, status);
      }
    }

    @Override
    public void onGone(String why) {
      LOG.info("sandbox {} is gone: {}", id, why);
    }
  }
}
