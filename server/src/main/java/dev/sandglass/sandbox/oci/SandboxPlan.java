package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.oci.Spec.Capabilities;
import dev.sandglass.sandbox.oci.Spec.DeviceRule;
import dev.sandglass.sandbox.oci.Spec.IdMapping;
import dev.sandglass.sandbox.oci.Spec.Linux;
import dev.sandglass.sandbox.oci.Spec.Mount;
import dev.sandglass.sandbox.oci.Spec.Namespace;
import dev.sandglass.sandbox.oci.Spec.Pids;
import dev.sandglass.sandbox.oci.Spec.Process;
import dev.sandglass.sandbox.oci.Spec.Resources;
import dev.sandglass.sandbox.oci.Spec.Rlimit;
import dev.sandglass.sandbox.oci.Spec.Root;
import dev.sandglass.sandbox.oci.Spec.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The outer wall as data: mounts, namespaces, capabilities, limits of a sandbox. To be reviewed
 * here and nowhere else; a test pins it.
 */
final class SandboxPlan {

  /** Where the sandbox sees the directory of its sockets, and that of its containers' files. */
  static final String SOCKETS = "/run/sandglass";

  static final String DATA = "/run/data";

  static final String SOURCE = "/opt/sandglass";

  /**
   * What the zygote needs to make containers, all of it in the sandbox's own user namespace: mounts
   * and namespaces (SYS_ADMIN), the loopback (NET_ADMIN), other uids for supervisor and kernel, an
   * empty bounding set (SETPCAP), ending what it made (KILL).
   */
  static final List<String> CAPABILITIES =
      List.of(
          "CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_KILL");

  static final List<String> NAMESPACES = List.of("pid", "network", "ipc", "uts", "mount", "user");

  /**
   * One thread a library: a container has one CPU, and a fork keeps no threads. Python's memory
   * from mimalloc, in segments of 32 MiB beside each other and not in a first one of 1 GiB, which
   * would count as taken: as pages of 2 MiB it is cheap to fork (docs/decisions/0006).
   */
  static final List<String> ENVIRONMENT =
      List.of(
          "PATH=/usr/bin",
          "HOME=/tmp",
          "LANG=C.UTF-8",
          "TZ=UTC",
          "PYTHONDONTWRITEBYTECODE=1",
          "PYTHONMALLOC=mimalloc",
          "MIMALLOC_ARENA_RESERVE=0",
          "OMP_NUM_THREADS=1",
          "OPENBLAS_NUM_THREADS=1",
          "MKL_NUM_THREADS=1",
          "NUMEXPR_NUM_THREADS=1");

  private static final long PROCESSES = 8_192;

  private SandboxPlan() {}

  /**
   * Directories as the runtime sees them.
   *
   * @param rootfs the image's root
   */
  record Places(Path rootfs, Path source, Path sockets, Path data) {

    /** Those below a sandbox's directory. */
    static Places below(Path box) {
      return new Places(
          box.resolve("rootfs"),
          box.resolve("source"),
          box.resolve("sockets"),
          box.resolve("data"));
    }

    /** Makes those that something is bound to. */
    Places made() throws IOException {
      for (Path place : List.of(rootfs, source, data)) {
        Files.createDirectories(place);
      }
      return this;
    }
  }

  /**
   * @param uids that the sandbox is mapped to
   */
  static Spec spec(Places places, HostUids uids, String cgroupsPath) {
    return new Spec(
        "1.0.2",
        process(),
        new Root(places.rootfs().toString(), true),
        "sandglass",
        mounts(places),
        linux(uids, cgroupsPath));
  }

  private static Process process() {
    return new Process(
        false,
        new User(0, 0),
        List.of("/usr/bin/python3", "-sP", SOURCE + "/sandglass_sandbox"),
        ENVIRONMENT,
        "/",
        Capabilities.of(CAPABILITIES),
        List.of(new Rlimit("RLIMIT_CORE", 0, 0)),
        true,
        null);
  }

  static List<Mount> mounts(Places places) {
    return List.of(
        new Mount("/proc", "proc", "proc", List.of("nosuid", "nodev", "noexec")),
        tmpfs("/dev", "nosuid", "mode=755", "size=64k"),
        tmpfs("/tmp", "nosuid", "nodev", "noexec", "mode=1777", "size=64m"),
        tmpfs("/run", "nosuid", "nodev", "noexec", "mode=755", "size=1m"),
        bind(SOURCE, places.source(), "ro", "noexec"),
        bind(SOCKETS, places.sockets(), "rw", "noexec"),
        bind(DATA, places.data(), "rw", "noexec"));
  }

  private static Mount tmpfs(String target, String... options) {
    return new Mount(target, "tmpfs", "tmpfs", List.of(options));
  }

  private static Mount bind(String target, Path source, String... options) {
    List<String> all =
        Stream.concat(Stream.of("rbind", "nosuid", "nodev"), Stream.of(options)).toList();
    return new Mount(target, "bind", source.toString(), all);
  }

  private static Linux linux(HostUids uids, String cgroupsPath) {
    List<IdMapping> ids = List.of(new IdMapping(0, uids.first(), uids.count()));
    return new Linux(
        NAMESPACES.stream().map(Namespace::new).toList(),
        ids,
        ids,
        new Resources(List.of(new DeviceRule(false, "rwm")), new Pids(PROCESSES)),
        cgroupsPath,
        "private",
        OuterSeccomp.plan(),
        // Anything masked would forbid the containers' own /proc (the kernel's
        // mount_too_revealing).
        List.of(),
        List.of());
  }
}
