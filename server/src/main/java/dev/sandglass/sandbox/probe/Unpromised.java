package dev.sandglass.sandbox.probe;

import dev.sandglass.sandbox.probe.Finding.Verdict;
import java.util.List;
import java.util.Map;

/**
 * What a runtime does not promise, by the probes that show it: data, to be reviewed here, and shown
 * with its reason whenever a probe finds it. Nothing in it lets code out of its container.
 */
public final class Unpromised {

  /**
   * gVisor's kernel as of 2024-07. No container shares it with another one, so what can be seen in
   * it is the container's own.
   */
  static final Map<String, String> RUNSC =
      Map.ofEntries(
          Map.entry(
              "exec-by-loader",
              "gVisor maps code from noexec mounts of its own; that commands are off is a convenience"),
          Map.entry(
              "map-code",
              "gVisor maps code from noexec mounts too; that commands are off is a convenience"),
          Map.entry("mount-flags", "gVisor doesn't tell nosuid and nodev; no_new_privs is on"),
          Map.entry(
              "host-facts",
              "gVisor's /proc can't be cut down; it tells of gVisor, but for the host's memory and processors"),
          Map.entry(
              "inodes-tmp",
              "gVisor's tmpfs has no limit of inodes; what they take is limited with its sandbox's memory"),
          Map.entry("sysctls", "gVisor's /proc can't be cut down; nothing in it can be written"),
          Map.entry("oom-score", "gVisor takes the number and ends nobody by it"),
          Map.entry("other-processes", "gVisor's /proc can't be cut down to one's own processes"),
          Map.entry("see-supervisor", "gVisor's /proc can't be cut down to one's own processes"),
          Map.entry(
              "describe-supervisor",
              "gVisor's /proc tells environment, memory map and files, which have no secrets, and opens files that the code may open anyway; memory, pipes and sockets are closed"),
          Map.entry("slow-supervisor", "gVisor takes the numbers and schedules nobody by them"),
          Map.entry("priority", "gVisor takes the number and schedules nobody by it"));

  private Unpromised() {}

  /** Probe → reason, for the driver of that name. */
  public static Map<String, String> by(String driver) {
    return driver.equals("runsc") ? RUNSC : Map.of();
  }

  /** Says of what got through and isn't promised that it isn't. */
  static Finding judge(String driver, Finding finding) {
    String why = by(driver).get(finding.name());
    return why != null && finding.verdict() == Verdict.THROUGH
        ? finding.with(Verdict.UNPROMISED, why + " (" + finding.happened() + ")")
        : finding;
  }

  static List<Finding> judge(String driver, List<Finding> findings) {
    return findings.stream().map(f -> judge(driver, f)).toList();
  }
}
