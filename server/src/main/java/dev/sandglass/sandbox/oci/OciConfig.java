package dev.sandglass.sandbox.oci;

import dev.sandglass.common.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Where an OCI driver finds and puts things.
 *
 * @param runtime the program, {@code runc} or {@code runsc}
 * @param rootfs the image's root file system
 * @param imageDigest the image's digest
 * @param source the directory of the Python that runs inside ({@code sandbox/src})
 * @param runDir sockets, bundles, the runtime's state; at most 60 bytes long
 * @param dataDir the containers' files
 * @param uidBase the first host uid of the range that sandboxes are mapped to
 * @param backups of the kernels
 * @param disks of the containers
 */
public record OciConfig(
    Path runtime,
    Path rootfs,
    String imageDigest,
    Path source,
    Path runDir,
    Path dataDir,
    long uidBase,
    Backups backups,
    Disks disks) {

  /**
   * Whether kernels have backups, and what those may take.
   *
   * @param reserveBytes memory of a container on top of its own limit
   * @param cost time that keeping one may cost a cell
   */
  public record Backups(boolean on, long reserveBytes, Duration cost) {}

  /**
   * What holds {@code /mnt/data} to its size.
   *
   * @param hostFree with less than that free in {@code dataDir} no container is made
   */
  public record Disks(Kind kind, long hostFree) {

    /**
     * What a host really has for it.
     *
     * @param says a few words on it, and why it isn't another kind
     */
    public record Found(Kind kind, String says) {

      /** Whether it is the best kind. */
      public boolean onDisk() {
        return kind == Kind.LOOP;
      }
    }

    public enum Kind {
      /** {@link #LOOP} if this host can, else {@link #TMPFS}. */
      AUTO,
      /** An image on the host's disk behind a loop device. */
      LOOP,
      /** A file system in the container's memory. */
      TMPFS,
      /** Nothing does: a directory on the host's disk. */
      NONE;

      /** As in the configuration. */
      String word() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /** Each sandbox's share of uids if the server is root. */
  static final int UIDS = 65_536;

  /** The same with other directories. */
  OciConfig at(Path otherRunDir, Path otherDataDir) {
    return new OciConfig(
        runtime, rootfs, imageDigest, source, otherRunDir, otherDataDir, uidBase, backups, disks);
  }

  /** The outer wall as the runtime gets it, places left out: what a report on it depends on. */
  public static String walls() {
    SandboxPlan.Places places = SandboxPlan.Places.below(Path.of("/"));
    HostUids uids = new HostUids(0, 0);
    return Json.MAPPER.writeValueAsString(
        RootlessNeeds.isRoot()
            ? SandboxPlan.spec(places, uids, "")
            : RootlessPlan.spec(places, uids, Delegation.here().isPresent()));
  }
}
