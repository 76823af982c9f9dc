package dev.sandglass.server;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Config;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.oci.HostMemory;
import dev.sandglass.sandbox.oci.NotKept;
import dev.sandglass.sandbox.oci.OciConfig;
import dev.sandglass.sandbox.oci.OciDriver;
import dev.sandglass.sandbox.oci.ProcessDriver;
import dev.sandglass.sandbox.oci.ReadyContainers;
import dev.sandglass.sandbox.oci.RootlessNeeds;
import dev.sandglass.sandbox.oci.RunscDriver;
import dev.sandglass.sandbox.oci.RunscProgram;
import dev.sandglass.sandbox.oci.Unlimited;
import dev.sandglass.sandbox.probe.ProbeKey;
import dev.sandglass.sandbox.probe.ProbeSources;
import dev.sandglass.sandbox.probe.ProbedDriver;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sandboxes of a configuration: which driver, where, and by which probes it is held. */
public final class Sandboxes {

  private final OciConfig oci;
  private final Config.Sandbox.Runtime runtime;
  private final long runscOverhead;
  private final ReadyContainers.Wish ready;
  private final long memoryFree;
  private final ProbeSources probes;
  private final Path reports;
  private final String key;
  private final boolean refuses;

  private Sandboxes(
      OciConfig oci,
      Config.Sandbox.Runtime runtime,
      long runscOverhead,
      ReadyContainers.Wish ready,
      long memoryFree,
      ProbeSources probes,
      Path reports,
      String key,
      boolean refuses) {
    this.oci = oci;
    this.runtime = runtime;
    this.runscOverhead = runscOverhead;
    this.ready = ready;
    this.memoryFree = memoryFree;
    this.probes = probes;
    this.reports = reports;
    this.key = key;
    this.refuses = refuses;
  }

  /**
   * What the configuration says, with what it leaves out.
   *
   * @param sandbox the repository's directory {@code sandbox}
   * @throws SandglassException if image, runtime or sources are missing
   */
  public static Sandboxes of(Config config, Path sandbox) {
    SandboxImage image = SandboxImage.of(config);
    Path home = config.storage().homeDir().toAbsolutePath();
    @Nullable Path configured = config.sandbox().source();
    Config.Sandbox.Runtime kind = config.sandbox().runtime();
    if (kind != Config.Sandbox.Runtime.PROCESS) {
      checkUser(config.sandbox());
    }
    Path runtime =
        switch (kind) {
          case RUNSC -> runsc(config);
          case AUTO, RUNC -> program("runc");
          case PROCESS -> ProcessDriver.runtime(image.rootfs());
        };
    OciConfig oci =
        new OciConfig(
            runtime,
            image.rootfs(),
            image.digest(),
            configured != null ? configured : sandbox.resolve("src"),
            runDir(config, home),
            home.resolve("containers"),
            config.sandbox().uidBase(),
            new OciConfig.Backups(
                config.sandbox().backups(),
                config.sandbox().memoryReserve().bytes(),
                config.sandbox().backupCost()),
            disks(config.sandbox()));
    ProbeSources probes = ProbeSources.read(sandbox.resolve("probes"));
    try {
      return new Sandboxes(
          oci,
          kind,
          config.sandbox().runscOverhead().bytes(),
          ready(config.sandbox()),
          config.sandbox().memoryFree().bytes(),
          probes,
          config.storage().cacheDir().resolve("probes"),
          ProbeKey.of(
              runtime,
              image.digest(),
              oci.source(),
              config.sandbox().toString(),
              walls(kind),
              probes),
          config.sandbox().probes() == Config.Sandbox.Probes.REFUSE);
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "The sandbox's sources can't be read: " + e.getMessage(), e);
    }
  }

  private static String walls(Config.Sandbox.Runtime kind) {
    return switch (kind) {
      case RUNSC -> RunscDriver.walls();
      case AUTO, RUNC -> OciConfig.walls();
      case PROCESS -> "none";
    };
  }

  /** The containers that nearly everybody asks for. */
  private static ReadyContainers.Wish ready(Config.Sandbox s) {
    return new ReadyContainers.Wish(
        s.readyContainers(),
        new ContainerSpec(
            "",
            "",
            s.memoryLimit().bytes(),
            s.processes(),
            s.openFiles(),
            s.tmp().bytes(),
            s.shm().bytes(),
            new ContainerSpec.Disk(s.disk().bytes(), s.diskInodes())));
  }

  private static OciConfig.Disks disks(Config.Sandbox s) {
    return new OciConfig.Disks(
        switch (s.diskKind()) {
          case AUTO -> OciConfig.Disks.Kind.AUTO;
          case LOOP -> OciConfig.Disks.Kind.LOOP;
          case TMPFS -> OciConfig.Disks.Kind.TMPFS;
          case NONE -> OciConfig.Disks.Kind.NONE;
        },
        s.diskFree().bytes());
  }

  /** One for each home: two servers must not clean up after each other. */
  private static Path runDir(Config config, Path home) {
    @Nullable Path configured = config.sandbox().run();
    return configured != null
        ? configured
        : runs().resolve(Integer.toHexString(home.toString().hashCode()));
  }

  /**
   * The server's user on this host.
   *
   * @param missing what sandboxes of that user's lack, with the way out
   * @param unlimited what isn't limited of them, for want of control groups
   */
  public record User(Optional<String> missing, Optional<String> unlimited) {}

  /** Who this process is. */
  public static User user() {
    return new User(
        RootlessNeeds.isRoot() ? Optional.empty() : RootlessNeeds.missing(),
        Unlimited.here() ? Optional.of(Unlimited.SAYS) : Optional.empty());
  }

  /** The directory of all run directories. */
  private static Path runs() {
    String own = System.getenv().getOrDefault("XDG_RUNTIME_DIR", "");
    if (RootlessNeeds.isRoot()) {
      return Path.of("/run/sandglass");
    }
    return own.isEmpty()
        ? Path.of("/tmp", "sandglass-" + System.getProperty("user.name"))
        : Path.of(own, "sandglass");
  }

  /** Whether the server is who it was configured to be; what the host lacks is seen later. */
  private static void checkUser(Config.Sandbox s) {
    if (RootlessNeeds.isRoot() && s.rootless() == Config.Sandbox.Rootless.ALWAYS) {
      throw new SandglassException(
          Kind.UNAVAILABLE,
          "sandbox.rootless is always, and this server runs as root: start it as an ordinary user, or"
              + " set sandbox.rootless to auto.");
    }
    if (!RootlessNeeds.isRoot() && s.rootless() == Config.Sandbox.Rootless.NEVER) {
      throw new SandglassException(
          Kind.UNAVAILABLE,
          "sandbox.rootless is never, and this server doesn't run as root: start it as root, or set"
              + " sandbox.rootless to auto.");
    }
  }

  private static Path runsc(Config config) {
    return RunscProgram.find(config.storage().cacheDir())
        .orElseThrow(() ->
            new SandglassException(
                Kind.UNAVAILABLE,
                "gVisor's runsc of "
                    + RunscProgram.OLDEST
                    + " or later is not installed (sandbox.runtime: runsc): ./sandglass setup --runsc."));
  }

  private static Path program(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
    return Arrays.stream(path.split(File.pathSeparator))
        .map(dir -> Path.of(dir.isEmpty() ? "." : dir, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new SandglassException(
                Kind.UNAVAILABLE,
                name + " is not installed: apt-get install " + name + ", or ./sandglass setup."));
  }

  public ProbeSources probes() {
    return probes;
  }

  /** For what a report on that driver holds. */
  public String key(SandboxDriver driver) {
    return ProbeKey.on(driver, key);
  }

  /** Where reports are kept. */
  public Path reports() {
    return reports;
  }

  public String imageDigest() {
    return oci.imageDigest();
  }

  public Path rootfs() {
    return oci.rootfs();
  }

  public Path runtime() {
    return oci.runtime();
  }

  /** What to say of walls if there are none. */
  public Optional<String> noWalls() {
    return runtime == Config.Sandbox.Runtime.PROCESS
        ? Optional.of(NotKept.warning())
        : Optional.empty();
  }

  /**
   * What holds containers' disks to their size.
   *
   * @param loop whether that is the best there is
   * @param says a few words on it, and why it isn't
   */
  public record Disks(boolean loop, String says) {}

  /**
   * Tries it, with images in that directory.
   *
   * @throws SandglassException if what is configured doesn't work here
   */
  public Disks disks(Path directory) {
    OciConfig.Disks.Found found = OciDriver.disks(oci.disks(), directory);
    return new Disks(found.onDisk(), found.says());
  }

  /** For the server: makes containers once the probes have been stopped. */
  SandboxDriver open(Clock clock) throws InterruptedException {
    SandboxDriver driver = open(oci, ready, HostMemory.ofThisHost(memoryFree));
    // Nothing would stop a probe where there are no walls.
    return driver.isolates()
        ? new ProbedDriver(driver, probes, reports, key, refuses, clock)
        : driver;
  }

  /** For the doctor: beside a server that may be running, in directories of its own. */
  public SandboxDriver openBeside(Path data) throws InterruptedException {
    return open(
        new OciConfig(
            oci.runtime(),
            oci.rootfs(),
            oci.imageDigest(),
            oci.source(),
            runs().resolve("doctor-" + ProcessHandle.current().pid()),
            data,
            oci.uidBase(),
            oci.backups(),
            oci.disks()),
        ReadyContainers.Wish.NONE,
        HostMemory.enough());
  }

  private SandboxDriver open(OciConfig where, ReadyContainers.Wish wish, HostMemory memory)
      throws InterruptedException {
    return switch (runtime) {
      case RUNSC -> RunscDriver.open(where, runscOverhead, wish, memory);
      case AUTO, RUNC -> OciDriver.open(where, wish, memory);
      case PROCESS -> ProcessDriver.open(where, memory);
    };
  }
}
