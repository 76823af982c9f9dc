package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A group of cgroup v2 that the host has left to the server's user (systemd: {@code Delegate=yes}),
 * below which the server may make others.
 *
 * @param isOwn whether the server itself is in it: a group with limits below it must have no
 *     processes of its own
 */
record Delegation(Path group, boolean isOwn) {

  private static final String LEAF = "server";
  private static final String PROCESSES = "cgroup.procs";

  /** What this process has on this host. */
  static Optional<Delegation> here() {
    return find(Cgroups.ROOT, own());
  }

  /** This process's group; empty with cgroup v1 alone. */
  private static String own() {
    try {
      return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
          .filter(line -> line.startsWith("0::"))
          .map(line -> line.substring("0::".length()))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * The one above the server's own if that is the user's too, else the server's own.
   *
   * @param root where cgroup v2 is mounted, if it is
   * @param own path of the server's group
   */
  static Optional<Delegation> find(Path root, String own) {
    if (own.length() < 2 || !Files.exists(root.resolve("cgroup.controllers"))) {
      return Optional.empty();
    }
    Path group = root.resolve(own.substring(1));
    Path above = Optional.ofNullable(group.getParent()).orElse(root);
    if (above.startsWith(root) && isLeft(above)) {
      return Optional.of(new Delegation(above, false));
    }
    return isLeft(group) ? Optional.of(new Delegation(group, true)) : Optional.empty();
  }

  private static boolean isLeft(Path group) {
    try {
      List<String> controllers =
          List.of(Files.readString(group.resolve("cgroup.controllers")).strip().split(" "));
      return controllers.containsAll(List.of("memory", "pids", "cpu"))
          && Files.isWritable(group)
          && Files.isWritable(group.resolve(PROCESSES))
          && Files.isWritable(group.resolve("cgroup.subtree_control"));
    } catch (IOException e) {
      return false;
    }
  }

  /** Moves whatever is in the group below it, so that it may have others there. */
  void enter() throws IOException {
    if (isOwn) {
      Path leaf = Files.createDirectories(group.resolve(LEAF));
      for (String pid : Files.readAllLines(group.resolve(PROCESSES))) {
        Files.writeString(leaf.resolve(PROCESSES), pid);
      }
    }
  }
}
