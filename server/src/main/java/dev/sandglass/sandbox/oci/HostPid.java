package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds a sandbox's process on the host: by its pid in the sandbox (proc(5), {@code NSpid}). */
final class HostPid {

  private HostPid() {}

  /**
   * @param zygote the host pid of the process whose child is looked for
   * @param inner the child's pid in the zygote's PID namespace
   */
  static Optional<Long> ofChild(long zygote, long inner) throws IOException {
    String children =
        Files.readString(Path.of("/proc/" + zygote + "/task/" + zygote + "/children"));
    for (String child : children.trim().split(" ")) {
      if (!child.isEmpty() && innerPid(child) == inner) {
        return Optional.of(Long.parseLong(child));
      }
    }
    return Optional.empty();
  }

  private static long innerPid(String pid) {
    try {
      List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
      for (String line : status) {
        if (line.startsWith("NSpid:")) {
          String[] pids = line.substring("NSpid:".length()).trim().split("\\s+");
          return pids.length > 1 ? Long.parseLong(pids[1]) : -1;
        }
      }
    } catch (IOException e) {
      // It has ended.
    }
    return -1;
  }
}
