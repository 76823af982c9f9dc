package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.protocol.ForkRequest;
import dev.sandglass.sandbox.protocol.KernelLimits;
import dev.sandglass.sandbox.protocol.SupervisorClient;
import dev.sandglass.sandbox.protocol.ZygoteClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a gVisor sandbox with one container in it, and finds one again. gVisor's processes are
 * threads of one process of the host's, which has one control group: what is to have limits of its
 * own has to have a sandbox of its own. The container is ended by ending the sandbox.
 */
final class RunscSandbox {

  private static final Logger LOG = LoggerFactory.getLogger(RunscSandbox.class);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** Kernels' users in their sandboxes, whose supervisors have the next ones. */
  private static final int FIRST_UID = 2_000;

  private static final int UIDS = 25_000;
  private static final String SOCKET = "container.sock";

  /** Threads of gVisor's own, and how many of the host's one of its threads may take. */
  private static final int OWN_THREADS = 512;

  private static final int THREADS = 4;

  private RunscSandbox() {}

  /** What all sandboxes of a driver share. */
  record Shared(OciConfig config, Runsc runsc, Cgroups cgroups, Disks disks, long overheadBytes) {}

  /**
   * Starts one from a copy, with a container of these limits.
   *
   * @param next the sandbox, whose id is its container's name, and whose number gives that users of
   *     its own
   * @param onClose hears when it is gone
   */
  static OciContainer start(
      Shared shared,
      Snapshot snapshot,
      DriverHome.Next next,
      ContainerSpec spec,
      Consumer<String> onClose)
      throws InterruptedException {
    OciConfig config = shared.config();
    String id = next.id();
    HostUids uids = next.uids();
    RunscBox box = RunscBox.of(config, id);
    Cleanup cleanup = new Cleanup();
    int uid = FIRST_UID + 2 * (next.number() % UIDS);
    try {
      box.makeDirectories(uids);
      Ledger.Box record = new Ledger.Box(spec.project(), uids.first(), config.imageDigest());
      Ledger.begin(box.home().run(), record).enter(new Ledger.Fork(id, spec, uid));
      Cgroups.Cgroup cgroup = shared.cgroups().create(id, limits(shared, spec));
      box.leaveTo(cleanup, shared.runsc(), cgroup);
      box.want();
      End end = new End(id);
      Placed placed = place(shared, box, uids, uid, spec, cgroup, snapshot);
      ZygoteClient zygote = ZygoteDoor.await(box.home(), uids.peers(), placed.pid(), end);
      cleanup.add("connection to " + id, zygote::close);
      zygote.fork(request(id, spec, uid, placed.data()), ANSWER);
      OciContainer container = container(shared, id, spec, cgroup, cleanup, onClose);
      end.container = container;
      container.connect(supervisor(box, uids, container));
      return container;
    } catch (IOException e) {
      cleanup.close();
      throw ContainerMaker.failed("A container could not be made", e);
    } catch (RuntimeException | InterruptedException e) {
      cleanup.close();
      throw e;
    }
  }

  /** A sandbox that starts, and what is to become its container's /mnt/data. */
  private record Placed(long pid, ForkRequest.Data data) {}

  private static Placed place(
      Shared shared,
      RunscBox box,
      HostUids uids,
      int uid,
      ContainerSpec spec,
      Cgroups.Cgroup cgroup,
      Snapshot snapshot)
      throws IOException, InterruptedException {
    OciConfig config = shared.config();
    Path data = box.home().data();
    if (!shared.disks().areLoops()) {
      try (Disk disk = shared.disks().begin(spec, data, uids.first() + uid)) {
        Runsc.Start start = box.prepare(config, uids, null, cgroup);
        return new Placed(shared.runsc().restore(start, snapshot.files()), disk.data());
      }
    }
    // Nobody can mount in a namespace of gVisor's later: it is the sandbox's whole data.
    try (LoopDisk disk = shared.disks().loop(spec, data, uids.first() + uid)) {
      Runsc.Start start = box.prepare(config, uids, disk, cgroup);
      return new Placed(
          shared.runsc().restore(start, snapshot.files()),
          new ForkRequest.Data.Directory(SandboxPlan.DATA));
    }
  }

  /**
   * Finds the container of an earlier server's sandbox again.
   *
   * @throws IOException if it is of no use; nothing of it has been touched
   */
  static OciContainer find(Shared shared, String id, Consumer<String> onClose)
      throws IOException, InterruptedException {
    OciConfig config = shared.config();
    RunscBox box = RunscBox.of(config, id);
    Ledger ledger = Ledger.in(box.home().run());
    Ledger.Box known = ledger.box().orElseThrow(() -> new IOException("it has no record"));
    if (!known.imageDigest().equals(config.imageDigest())) {
      throw new IOException("it runs on another image, " + known.imageDigest());
    }
    Ledger.Fork fork =
        ledger.forks().stream().findFirst().orElseThrow(() -> new IOException("it has no record"));
    var _ = Runtime.pid(box.home().bundle(), id).orElseThrow(() -> new IOException("it has ended"));
    HostUids uids = new HostUids(known.firstHostUid(), OciConfig.UIDS);
    Cgroups.Cgroup cgroup = shared.cgroups().find(id);
    Cleanup cleanup = new Cleanup();
    End end = new End(id);
    ZygoteClient zygote = ZygoteDoor.connect(box.home(), uids.peers(), end);
    OciContainer container = container(shared, id, fork.spec(), cgroup, cleanup, onClose);
    end.container = container;
    try {
      SupervisorClient client = supervisor(box, uids, container);
      if (client.greeting().isNew()) {
        client.close();
        throw new IOException("nothing has run in it yet");
      }
      box.leaveTo(cleanup, shared.runsc(), cgroup);
      cleanup.add("connection to " + id, zygote::close);
      container.reconnect(client);
      return container;
    } catch (IOException | RuntimeException e) {
      zygote.close();
      throw e;
    }
  }

  private static OciContainer container(
      Shared shared,
      String id,
      ContainerSpec spec,
      Cgroups.Cgroup cgroup,
      Cleanup cleanup,
      Consumer<String> onClose) {
    OciConfig.Backups backups = shared.config().backups();
    KernelLimits limits =
        new KernelLimits(spec.memoryBytes(), backups.reserveBytes(), backups.cost(), backups.on());
    Disks disks = shared.disks();
    return new OciContainer(
        id, spec, limits, () -> disks.full(spec), cgroup, cleanup, () -> onClose.accept(id));
  }

  private static SupervisorClient supervisor(RunscBox box, HostUids uids, OciContainer container)
      throws IOException, InterruptedException {
    Path socket = box.home().sockets().resolve(SOCKET);
    return SupervisorClient.connect(box.home().id(), socket, uids.peers(), container, ANSWER);
  }

  private static ForkRequest request(
      String id, ContainerSpec spec, int uid, ForkRequest.Data data) {
    return new ForkRequest(
        id,
        uid,
        uid + 1,
        "sandglass",
        data,
        SandboxPlan.SOCKETS + "/" + SOCKET,
        spec.tmpBytes(),
        spec.shmBytes(),
        spec.processes(),
        spec.openFiles());
  }

  /** Of the whole sandbox: what the code may have, and what gVisor and the zygote take. */
  static Cgroups.Limits limits(Shared shared, ContainerSpec spec) {
    return new Cgroups.Limits(
        spec.memoryBytes() + shared.config().backups().reserveBytes() + shared.overheadBytes(),
        OWN_THREADS + THREADS * spec.processes(),
        Cgroups.Limits.DEFAULT_CPU_WEIGHT);
  }

  /** Hears from the zygote how the container has ended. */
  private static final class End implements ZygoteClient.Listener {
    private final String id;
    volatile @Nullable OciContainer container; // set once there is one

    End(String id) {
      this.id = id;
    }

    @Override
    public void onExited(String name, long pid, int status) {
      OciContainer ended = container;
      if (ended != null) {
        ended.onExited(status);
      }
    }

    @Override
    public void onGone(String why) {
      LOG.debug("sandbox {} has ended: {}", id, why); // its container says so
    }
  }
}
