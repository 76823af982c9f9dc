package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Finds a sandbox's process on the host: by its pid in the sandbox (proc(5), {@code NSpid}). */
final class HostPid {

  private static final int TRIES = 100;
  private static final long PAUSE_MILLIS = 1;

  private HostPid() {}

  /**
   * Finds the first process of a container, which is 1 in a PID namespace of its own. It is a child
   * of the zygote's, or still a grandchild: the process between them may not have ended yet, and
   * for a moment nobody's list has it. So a miss is looked at again.
   *
   * @param zygote the host pid of the sandbox's first process
   * @param inner the container's first process in the sandbox's PID namespace
   */
  static OptionalLong ofContainer(long zygote, long inner) throws InterruptedException {
    String namespaces = inner + " 1";
    for (int i = 0; i < TRIES; i++) {
      OptionalLong found = below(zygote, namespaces, 2);
      if (found.isPresent()) {
        return found;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return OptionalLong.empty();
  }

  /** Whether that process is, still, the first one of a container with this inner number. */
  static boolean isContainer(long pid, long inner) {
    return innerPids(pid).equals(inner + " 1");
  }

  private static OptionalLong below(long parent, String namespaces, int depth) {
    List<Long> children = children(parent);
    // The newest come last.
    for (long child : children.reversed()) {
      if (namespaces.equals(innerPids(child))) {
        return OptionalLong.of(child);
      }
    }
    if (depth > 1) {
      for (long child : children.reversed()) {
        OptionalLong found = below(child, namespaces, depth - 1);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return OptionalLong.empty();
  }

  private static List<Long> children(long pid) {
    try {
      String list = Files.readString(Path.of("/proc/" + pid + "/task/" + pid + "/children"));
      return list.isBlank()
          ? List.of()
          : List.of(list.trim().split(" ")).stream().map(Long::parseLong).toList();
    } catch (IOException e) {
      return List.of(); // It has ended.
    }
  }

  /** The pids below the host's own, outermost first; empty if it has ended. */
  private static String innerPids(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("NSpid:")) {
          String[] pids = line.substring("NSpid:".length()).trim().split("\\s+", 2);
          return pids.length > 1 ? pids[1].replace('\t', ' ') : "";
        }
      }
    } catch (IOException e) {
      // It has ended.
    }
    return "";
  }
}
