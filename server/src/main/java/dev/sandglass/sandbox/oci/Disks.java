package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.sandbox.oci.LinuxCalls.Descriptor;
import dev.sandglass.sandbox.oci.OciConfig.Disks.Found;
import dev.sandglass.sandbox.oci.OciConfig.Disks.Kind;
import dev.sandglass.sandbox.protocol.ForkRequest.Data;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The disks of a driver's containers: of which kind they are, and whether the host has room for
 * another one. Thread-safe.
 */
final class Disks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Disks.class);

  private static final int BLOCK = 4096;
  private static final double GIB = 1L << 30;

  private static final String IMAGES = "ext4 images behind loop devices (loop)";
  private static final String MEMORY = "in containers' memory, at most half of it (tmpfs)";
  private static final String NOTHING =
      "directories without a quota (none): code can fill the host's disk";

  /** Whether this host can make any is tried with one of these. */
  private static final ContainerSpec.Disk SMALL = new ContainerSpec.Disk(16L << 20, 64);

  private final CompletableFuture<Found> found = new CompletableFuture<>();
  private final HostUser user;
  private final Path home;
  private final long hostFree;
  private final Map<ContainerSpec.Disk, DiskTemplate> templates = new ConcurrentHashMap<>();

  private Disks(HostUser user, Path home, long hostFree) {
    this.user = user;
    this.home = home;
    this.hostFree = hostFree;
  }

  /**
   * Begins to choose by trying. That takes a third of a second, nearly all of it Java's for its
   * first system call, and is over before the first zygote has imported anything.
   *
   * @param home the directory on the file system that holds all images
   * @param usual the size that most containers have; what is tried is kept
   */
  static Disks open(HostUser user, OciConfig.Disks config, Path home, ContainerSpec.Disk usual) {
    Disks disks = new Disks(user, home, config.hostFree());
    Thread.ofPlatform().daemon().name("disks").start(() -> disks.choose(config.kind(), usual));
    return disks;
  }

  private void choose(Kind wanted, ContainerSpec.Disk usual) {
    try {
      Found chosen =
          switch (wanted) {
            case NONE -> new Found(Kind.NONE, NOTHING);
            case TMPFS -> new Found(Kind.TMPFS, MEMORY);
            case LOOP, AUTO -> tried(wanted, usual);
          };
      boolean asWanted = chosen.onDisk() || wanted == Kind.TMPFS;
      LOG.atLevel(asWanted ? Level.INFO : Level.WARN).log("containers' disks: {}", chosen.says());
      found.complete(chosen);
    } catch (Throwable e) {
      LOG.error("containers can have no disks: {}", e.toString());
      found.completeExceptionally(e);
    }
  }

  private Found tried(Kind wanted, ContainerSpec.Disk usual) throws InterruptedException {
    try {
      template(usual.bytes() > 0 ? usual : SMALL);
      return new Found(Kind.LOOP, IMAGES);
    } catch (IOException | LinkageError e) {
      if (wanted == Kind.LOOP) {
        throw new SandboxException(
            Reason.UNSUPPORTED_HOST,
            "This host makes no loop disks (sandbox.disk-kind: loop): %s. Give it loop devices, ext4 and e2fsprogs, or set sandbox.disk-kind to tmpfs."
                .formatted(e.getMessage()),
            e);
      }
      return new Found(
          Kind.TMPFS, MEMORY + ", for this host makes no loop disks: " + e.getMessage());
    }
  }

  /**
   * What was chosen, once it is.
   *
   * @throws SandboxException if the configured kind doesn't work here
   */
  Found found() {
    try {
      return found.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof SandboxException s
          ? s
          : new SandboxException(Reason.INTERNAL, "No disk could be tried.", e.getCause());
    }
  }

  private Kind kind() {
    return found().kind();
  }

  /** The kind in one word, once it is chosen; {@code unusable} if the configured one isn't. */
  String word() {
    return found.handle((chosen, e) -> chosen == null ? "unusable" : chosen.kind().word()).join();
  }

  /** Waits until nothing is being tried any more. */
  @Override
  public void close() {
    var _ = found.exceptionally(e -> new Found(Kind.NONE, NOTHING)).join();
  }

  /**
   * Refuses another container on a host that is nearly full: images are sparse, and the space that
   * they promise isn't set aside.
   */
  void admit() {
    try {
      long free = Files.getFileStore(home).getUsableSpace();
      if (free < hostFree) {
        throw new SandboxException(
            Reason.HOST_FULL,
            "The server's disk is nearly full: %s are free at %s, and a new container needs %s (sandbox.disk-free). Try again later, end containers that are no longer needed, or free some space there."
                .formatted(words(free), home, words(hostFree)));
      }
    } catch (IOException e) {
      throw new SandboxException(
          Reason.INTERNAL, "How much of the disk is free can't be found out: " + e, e);
    }
  }

  /** How much a container may really write: the size itself, or what its memory allows. */
  ContainerSpec.Disk sizeFor(ContainerSpec spec) {
    return kind() == Kind.TMPFS
        ? new ContainerSpec.Disk(
            Math.min(spec.disk().bytes(), spec.memoryBytes() / 2), spec.disk().inodes())
        : spec.disk();
  }

  /** What to say when a container's disk is full. */
  String full(ContainerSpec spec) {
    ContainerSpec.Disk size = sizeFor(spec);
    return switch (kind()) {
      case LOOP, AUTO, TMPFS ->
          "/mnt/data is full: it holds %s (sandbox.disk) in at most %,d files and directories (sandbox.disk-inodes)%s. Delete files that are no longer needed, or use another container."
              .formatted(
                  words(size.bytes()),
                  size.inodes(),
                  size.equals(spec.disk()) ? "" : ", half of the container's memory");
      case NONE -> "The server's disk is full (sandbox.disk-kind: none): free some space there.";
    };
  }

  /** In the largest unit that leaves a number before the point. */
  static String words(long bytes) {
    return bytes >= GIB
        ? "%.2f GiB".formatted(bytes / GIB)
        : "%.2f MiB".formatted(bytes / (GIB / 1024));
  }

  /**
   * Begins a container's disk.
   *
   * @param directory of the sandbox's data, which has the container's if it is of that kind
   * @param hostUid of the kernel
   */
  Disk begin(ContainerSpec spec, Path directory, long hostUid)
      throws IOException, InterruptedException {
    return switch (kind()) {
      case LOOP, AUTO -> new LoopInMaking(() -> loop(spec, directory, hostUid));
      case TMPFS -> {
        ContainerSpec.Disk size = sizeFor(spec);
        yield new Disk.Made(new Data.InMemory(size.bytes(), size.inodes()));
      }
      case NONE -> {
        user.give(directory.resolve(spec.id()), "rwx------", hostUid);
        yield new Disk.Made(new Data.Directory(SandboxPlan.DATA + "/" + spec.id()));
      }
    };
  }

  /** Whether disks are of the kind that {@link #loop} makes. */
  boolean areLoops() {
    return kind() == Kind.LOOP || kind() == Kind.AUTO;
  }

  /** A container's disk that is mounted nowhere yet, with an image in that directory. */
  LoopDisk loop(ContainerSpec spec, Path directory, long hostUid)
      throws IOException, InterruptedException {
    try (Descriptor image = template(spec.disk()).image(directory)) {
      LoopDisk disk = LoopDisk.of(image);
      disk.ownedBy(hostUid);
      return disk;
    }
  }

  private DiskTemplate template(ContainerSpec.Disk size) throws IOException, InterruptedException {
    DiskTemplate known = templates.get(size);
    if (known == null) {
      long whole = (size.bytes() + BLOCK - 1) / BLOCK * BLOCK;
      known = DiskTemplate.make(home, whole, size.inodes());
      templates.put(size, known);
    }
    return known;
  }
}
