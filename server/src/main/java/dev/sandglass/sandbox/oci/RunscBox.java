package dev.sandglass.sandbox.oci;

import dev.sandglass.common.Json;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.sandbox.oci.Runtime.Bind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a gVisor sandbox has on the host, and how that comes and goes. */
record RunscBox(SandboxHome home) {

  private static final Duration START = Duration.ofSeconds(180);

  /** Made by a zygote once it has imported everything (sandbox: {@code zygote.py}). */
  private static final String IMPORTED = "zygote.sock.imported";

  /** Its zygote goes on when it sees that. */
  private static final String WANTED = "zygote.sock.wanted";

  static RunscBox of(OciConfig config, String id) {
    return new RunscBox(SandboxHome.of(config, id));
  }

  /** Has it ended and removed, whatever of it there is. */
  void leaveTo(Cleanup cleanup, Runsc runsc, Cgroups.Cgroup cgroup) {
    cleanup.add("directory " + home.run(), () -> Trees.delete(home.run()));
    cleanup.add("directory " + home.data(), () -> Trees.delete(home.data()));
    cleanup.add("cgroup of " + home.id(), cgroup::close);
    cleanup.add("sandbox " + home.id(), () -> runsc.end(home.id(), cgroup));
  }

  /** Makes its bundle in directories that are there; says how it is started. */
  Runsc.Start prepare(
      OciConfig config, HostUids uids, @Nullable LoopDisk disk, Cgroups.Cgroup cgroup)
      throws IOException {
    Files.createDirectories(home.bundle());
    // Inside, gVisor lets it be opened by who may read it.
    Files.createFile(
        home.log(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    SandboxPlan.Places places = SandboxPlan.Places.below(home.run()).made();
    Path mountPoints = mountPoints();
    Files.write(
        home.bundle().resolve("config.json"),
        Json.MAPPER.writeValueAsBytes(RunscPlan.spec(places, uids)));
    return new Runsc.Start(
        home.id(),
        home.bundle(),
        List.of(
            new Bind(config.rootfs(), places.rootfs()),
            new Bind(mountPoints, places.rootfs().resolve("run")),
            new Bind(config.source(), places.source()),
            new Bind(home.data(), places.data())),
        disk,
        cgroup.directories(),
        home.log());
  }

  /**
   * A /run in which the directories stand that something is mounted on: gVisor looks for them in
   * the root, where it cannot make them, as the image is read-only.
   */
  private Path mountPoints() throws IOException {
    Path run = home.run().resolve("mount-points");
    for (String inside : List.of(SandboxPlan.SOCKETS, SandboxPlan.DATA)) {
      Files.createDirectories(run.resolve(Path.of("/run").relativize(Path.of(inside))));
    }
    return run;
  }

  /** Makes the directories that are shared with it. */
  void makeDirectories(HostUids uids) throws IOException {
    RunDirectory.passable(home.run());
    HostDirectories.make(home.sockets(), "rwxr-xr-x", uids.first());
    HostDirectories.make(home.data(), "rwxr-xr-x", uids.first());
  }

  /** Lets the zygote, which a copy has, make its socket. */
  void want() throws IOException {
    Files.createFile(home.sockets().resolve(WANTED));
  }

  /** Waits until a zygote that was run has imported everything. */
  void awaitImports(long pid) throws InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!Files.exists(home.sockets().resolve(IMPORTED))) {
      if (ProcessHandle.of(pid).isEmpty()) {
        throw failed("ended before it had imported the libraries");
      }
      if (System.nanoTime() > deadline) {
        throw failed("did not import the libraries within " + START.toSeconds() + " s");
      }
      Thread.sleep(5);
    }
  }

  private SandboxException failed(String how) {
    return new SandboxException(
        Reason.INTERNAL,
        "The sandbox's zygote %s. It said: %s".formatted(how, Runtime.tail(home.log())));
  }
}
