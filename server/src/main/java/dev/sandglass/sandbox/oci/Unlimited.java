package dev.sandglass.sandbox.oci;

import java.util.List;

/**
 * What of a container isn't limited where the server is an ordinary user, to whom the host has left
 * no control groups: data, to be reviewed here. All else holds, and is probed as under root.
 */
public final class Unlimited {

  /** By name, each with what holds in its stead. */
  static final List<String> LIMITS =
      List.of(
          "memory of all of a container's processes together (each has its own limit, and the kernel's"
              + " is held to what it shares too)",
          "memory that is taken between two cells by what a cell has left running",
          "/mnt/data, /tmp and /dev/shm as a part of that memory (each has its own size)",
          "processors: no container has a share of its own",
          "processes of a whole sandbox together (each container has its own limit)",
          "processes of all containers together (they share what this user may have, ulimit -u)");

  /** In a sentence, with the way out. */
  public static final String SAYS =
      "none are left to this user, so these are not limited: "
          + String.join("; ", LIMITS)
          + ". With cgroup v2: systemd-run --user --scope -p Delegate=yes ./sandglass serve.";

  private Unlimited() {}

  /** Whether that is so for this process. */
  public static boolean here() {
    return !RootlessNeeds.isRoot() && Delegation.here().isEmpty();
  }
}
