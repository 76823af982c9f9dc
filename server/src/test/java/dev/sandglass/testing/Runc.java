package dev.sandglass.testing;

import dev.sandglass.common.Json;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.oci.HostMemory;
import dev.sandglass.sandbox.oci.OciConfig;
import dev.sandglass.sandbox.oci.OciDriver;
import dev.sandglass.sandbox.oci.ReadyContainers;
import dev.sandglass.sandbox.oci.RootlessNeeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The real sandbox for tests: runc with the newest image in the cache, in directories of its own.
 */
public final class Runc {

  /** As the configuration has them by default. */
  public static final OciConfig.Backups BACKUPS =
      new OciConfig.Backups(true, 256L << 20, Duration.ofMillis(300));

  /** Small, so that it is soon full. */
  public static final ContainerSpec.Disk DISK = new ContainerSpec.Disk(192L << 20, 4096);

  public static final OciConfig.Disks DISKS =
      new OciConfig.Disks(
          RootlessNeeds.isRoot() ? OciConfig.Disks.Kind.LOOP : OciConfig.Disks.Kind.TMPFS, 0);

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private Runc() {}

  /** The test is skipped, loudly, where there is no image or no privilege. */
  public static Path required() throws IOException {
    Path runtime = Path.of("/usr/sbin/runc");
    Optional<String> missing = RootlessNeeds.isRoot() ? Optional.empty() : RootlessNeeds.missing();
    Assumptions.assumeTrue(missing.isEmpty(), () -> "SKIPPED: " + missing.orElse(""));
    Assumptions.assumeTrue(Files.isExecutable(runtime), "SKIPPED: there is no " + runtime);
    Optional<Path> image = image();
    Assumptions.assumeTrue(
        image.isPresent(), "SKIPPED: no sandbox image; make one with ./sandglass image build");
    return image.orElseThrow();
  }

  /** Opens a driver; the test is skipped, loudly, where there is no image or no privilege. */
  public static OciDriver open(Path directory) throws IOException, InterruptedException {
    return open(directory, Path.of("..", "sandbox", "src").toRealPath());
  }

  /** With other Python inside. */
  public static OciDriver open(Path directory, Path source)
      throws IOException, InterruptedException {
    return open(directory, source, DISKS);
  }

  /** With other disks. */
  public static OciDriver open(Path directory, OciConfig.Disks disks)
      throws IOException, InterruptedException {
    return open(directory, Path.of("..", "sandbox", "src").toRealPath(), disks);
  }

  /** On a host with other memory. */
  public static OciDriver open(Path directory, HostMemory memory)
      throws IOException, InterruptedException {
    return OciDriver.open(
        config(directory, Path.of("..", "sandbox", "src").toRealPath(), DISKS),
        ReadyContainers.Wish.NONE,
        memory);
  }

  private static OciDriver open(Path directory, Path source, OciConfig.Disks disks)
      throws IOException, InterruptedException {
    return OciDriver.open(config(directory, source, disks));
  }

  private static OciConfig config(Path directory, Path source, OciConfig.Disks disks)
      throws IOException {
    return config(directory, source, Path.of("/usr/sbin/runc"), required(), disks);
  }

  /** Directories of their own; the test is skipped, loudly, where something is missing. */
  public static OciConfig config(Path directory, OciConfig.Disks disks) throws IOException {
    Path source = Path.of("..", "sandbox", "src").toRealPath();
    return config(directory, source, Path.of("/usr/sbin/runc"), required(), disks);
  }

  /**
   * Directories of their own for a driver.
   *
   * @param home of the image
   */
  static OciConfig config(
      Path directory, Path source, Path runtime, Path home, OciConfig.Disks disks)
      throws IOException {
    String name = "t" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet();
    return new OciConfig(
        runtime,
        home.resolve("rootfs"),
        Json.MAPPER.readTree(home.resolve("image.json")).path("digest").asString(""),
        source,
        run().resolve(name),
        directory.resolve("containers"),
        50_000_000,
        BACKUPS,
        disks);
  }

  private static Path run() {
    return RootlessNeeds.isRoot()
        ? Path.of("/run/sandglass")
        : Path.of(System.getenv("XDG_RUNTIME_DIR"), "sandglass");
  }

  /** Where setup puts what tests take too. */
  static Path cache() {
    return Path.of(
        Optional.ofNullable(System.getenv("SANDGLASS_CACHE"))
            .orElse(
                Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .orElse(System.getProperty("user.home") + "/.cache")
                    + "/sandglass"));
  }

  static Optional<Path> image() throws IOException {
    Path images = cache().resolve("images");
    if (!Files.isDirectory(images)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(images)) {
      return all.filter(p -> Files.isRegularFile(p.resolve("image.json")))
          .filter(p -> !Files.isSymbolicLink(p))
          .max(Comparator.comparing(p -> p.resolve("image.json").toFile().lastModified()));
    }
  }
}
