package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.sandbox.protocol.ForkRequest;
import dev.sandglass.sandbox.protocol.KernelLimits;
import dev.sandglass.sandbox.protocol.SupervisorClient;
import dev.sandglass.sandbox.protocol.ZygoteClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the containers of one sandbox, finds those of an earlier server again, and knows the living
 * ones by the names that they were made under. Thread-safe.
 */
final class ContainerMaker {

  private static final Logger LOG = LoggerFactory.getLogger(ContainerMaker.class);
  private static final Duration FORK = Duration.ofSeconds(30);
  private static final int FIRST_UID = 2_000;
  private static final int LAST_UID = 60_000;

  /**
   * Processes of a container on top of what its code may have: the supervisor and the file worker
   * must be able to start when the code has taken all that it may.
   */
  private static final int OWN_PROCESSES = 16;

  private final SandboxHome home;
  private final HostUids uids;
  private final Ledger ledger;
  private final Host host;
  private final long zygotePid;
  private final ZygoteClient zygote;
  private final Map<String, OciContainer> living = new ConcurrentHashMap<>();
  private int nextUid = FIRST_UID;

  /** What containers take of the host. */
  record Host(HostUser user, Cgroups cgroups, Disks disks, OciConfig.Backups backups) {}

  ContainerMaker(
      SandboxHome home,
      HostUids uids,
      Ledger ledger,
      Host host,
      long zygotePid,
      ZygoteClient zygote) {
    this.home = home;
    this.uids = uids;
    this.ledger = ledger;
    this.host = host;
    this.zygotePid = zygotePid;
    this.zygote = zygote;
  }

  Collection<OciContainer> living() {
    return living.values();
  }

  @Nullable OciContainer named(String name) {
    return living.get(name);
  }

  /** Forks a container: disk, cgroup, supervisor, kernel, in that order. */
  OciContainer fork(ContainerSpec spec) throws InterruptedException {
    Cleanup undo = new Cleanup();
    int uid = takeUid();
    try {
      Path socket = place(spec.id(), uid, undo);
      ledger.enter(new Ledger.Fork(spec.id(), spec, uid));
      Files.deleteIfExists(socket);
      try (Disk disk = host.disks().begin(spec, home.data(), uids.first() + uid)) {
        Cgroups.Cgroup cgroup = host.cgroups().create(spec.id(), limits(spec));
        undo.add("cgroup of " + spec.id(), cgroup::close);
        long pid = zygote.fork(request(spec, uid, socket, disk.data()), FORK);
        long hostPid =
            HostPid.ofContainer(zygotePid, pid)
                .orElseThrow(() ->
                    new SandboxException(Reason.INTERNAL, "The new container ended at once."));
        ProcessHandle process = ProcessHandle.of(hostPid).orElse(null);
        undo.add("supervisor of " + spec.id(), () -> end(process));
        // Before `start`: nothing of the user's has run yet.
        cgroup.add(hostPid);
        disk.mountIn(hostPid, pid);
        OciContainer container = container(spec.id(), spec, cgroup, undo);
        container.connect(connect(spec.id(), socket, container));
        living.put(spec.id(), container);
        return container;
      }
    } catch (IOException e) {
      undo.close();
      throw failed("A container could not be made", e);
    } catch (RuntimeException | InterruptedException e) {
      undo.close();
      throw e;
    }
  }

  /** Takes the containers that go on, and ends and removes whatever else an earlier server left. */
  void findAll() throws IOException, InterruptedException {
    Map<String, Long> found = new HashMap<>(zygote.greeting().containers());
    for (Ledger.Fork fork : ledger.forks()) {
      nextUid = Math.max(nextUid, fork.uid() + 2);
      find(fork, found.remove(fork.name()));
    }
    for (long pid : found.values()) {
      OptionalLong orphan = HostPid.ofContainer(zygotePid, pid);
      if (orphan.isPresent()) {
        end(ProcessHandle.of(orphan.getAsLong()).orElse(null));
      }
    }
  }

  /** Its disk needs no finding: it is in the container's mount namespace, and ends with it. */
  private void find(Ledger.Fork fork, @Nullable Long pid) throws InterruptedException {
    ContainerSpec spec = fork.spec();
    Cleanup undo = new Cleanup();
    Path socket = place(fork.name(), fork.uid(), undo);
    try {
      Cgroups.Cgroup cgroup = host.cgroups().find(fork.name());
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
      SupervisorClient client = connect(fork.name(), socket, container);
      container.reconnect(client);
      if (client.greeting().isNew()) {
        throw new IOException("nothing has run in it yet");
      }
      living.put(fork.name(), container);
    } catch (IOException | SandboxException e) {
      LOG.info("container {} is not taken over: {}", spec.id(), e.getMessage());
      undo.close();
    }
  }

  /** Has what a container leaves on the host removed; returns where its socket is. */
  private Path place(String name, int uid, Cleanup undo) {
    Path socket = home.sockets().resolve(uid + ".sock");
    undo.add("record of " + name, () -> ledger.strike(name));
    undo.add("files of " + name, () -> host.user().delete(home.data().resolve(name)));
    undo.add("socket of " + name, () -> Files.deleteIfExists(socket));
    return socket;
  }

  private OciContainer container(
      String name, ContainerSpec spec, Cgroups.Cgroup cgroup, Cleanup undo) {
    OciConfig.Backups backups = host.backups();
    KernelLimits kernel =
        new KernelLimits(spec.memoryBytes(), backups.reserveBytes(), backups.cost(), backups.on());
    return new OciContainer(
        name, spec, kernel, () -> host.disks().full(spec), cgroup, undo, () -> living.remove(name));
  }

  private Cgroups.Limits limits(ContainerSpec spec) {
    return new Cgroups.Limits(
        spec.memoryBytes() + host.backups().reserveBytes(),
        spec.processes() + OWN_PROCESSES,
        Cgroups.Limits.DEFAULT_CPU_WEIGHT);
  }

  private SupervisorClient connect(String name, Path socket, OciContainer container)
      throws IOException, InterruptedException {
    return SupervisorClient.connect(name, socket, uids.peers(), container, FORK);
  }

  private static ForkRequest request(
      ContainerSpec spec, int uid, Path socket, ForkRequest.Data data) {
    return new ForkRequest(
        spec.id(),
        uid,
        uid + 1,
        "sandglass",
        data,
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
    nextUid = nextUid + 2 > Math.min(LAST_UID, uids.count() - 2) ? FIRST_UID : nextUid + 2;
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

  static SandboxException failed(String what, IOException e) {
    String said = String.valueOf(e.getMessage());
    boolean full = said.contains("No space left") || said.contains("ENOSPC");
    return new SandboxException(
        full ? Reason.HOST_FULL : Reason.INTERNAL,
        "%s: %s%s".formatted(what, e, full ? ". The server's disk is full: free some space." : ""),
        e);
  }
}
