package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Who the server is on this host: how it gets hold of what belongs to its sandboxes' users.
 * Thread-safe.
 */
sealed interface HostUser permits Root, Rootless {

  /**
   * This process's user.
   *
   * @param uidBase the first uid for root's sandboxes
   * @throws dev.sandglass.sandbox.SandboxException if it can have no sandboxes
   */
  static HostUser here(long uidBase) {
    return RootlessNeeds.isRoot() ? new Root(uidBase) : Rootless.here();
  }

  /**
   * A sandbox's share of uids. They are used again when there are no others.
   *
   * @param instance name of the driver: two should not share uids
   * @param number of its sandbox
   */
  HostUids uids(String instance, int number);

  /** The same for a sandbox whose first one is known. */
  HostUids uidsFrom(long first);

  /** What begins a command that has mounts of its own, and the right to make them. */
  List<String> apart();

  /** Where the directories below {@code box} are, for a sandbox whose walls are being built. */
  Path seen(Path box);

  /**
   * The plan of its outer wall.
   *
   * @param counted whether {@link #cgroups} count what containers take
   */
  Spec plan(SandboxPlan.Places places, HostUids uids, String id, boolean counted);

  /** Its containers' control groups; with a record for the server that comes after this one. */
  Cgroups cgroups(String name, Path record);

  /** Makes a directory for a sandbox's user, or takes the one that is there. */
  void give(Path directory, String permissions, long hostUid)
      throws IOException, InterruptedException;

  /** Makes a directory in which a sandbox's root makes sockets that the server can connect to. */
  void giveForSockets(Path directory, long hostUid) throws IOException, InterruptedException;

  /** Removes what may be a sandbox's, with everything in it. */
  void delete(Path tree) throws IOException;
}
