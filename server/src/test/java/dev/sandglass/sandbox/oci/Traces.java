package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a driver has on this host at the moment, looked up from outside of it. */
final class Traces {

  private Traces() {}

  static List<String> of(OciDriver driver) throws IOException {
    OciConfig config = driver.config();
    List<String> found = new ArrayList<>();
    files(config.runDir(), found);
    files(config.dataDir(), found);
    cgroups(driver.instance(), found);
    processes(driver.instance(), found);
    mounts(config, found);
    return found.stream().sorted().toList();
  }

  private static void files(Path dir, List<String> found) throws IOException {
    if (Files.exists(dir)) {
      try (Stream<Path> all = Files.walk(dir)) {
        all.filter(p -> !p.toString().contains("/runtime/")).forEach(p -> found.add("file " + p));
      }
    }
  }

  private static void cgroups(String instance, List<String> found) throws IOException {
    try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 6)) {
      all.filter(Files::isDirectory)
          .filter(p -> p.toString().contains(instance))
          .forEach(p -> found.add("cgroup " + p));
    }
  }

  /** Processes in one of the driver's control groups, the sandboxes' own included. */
  private static void processes(String instance, List<String> found) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : all.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
        try {
          if (Files.readString(process.resolve("cgroup")).contains(instance)) {
            String name = Files.readString(process.resolve("comm")).trim();
            if (!name.equals("spare")) { // waits for the next container, or is being made
              found.add("process " + name);
            }
          }
        } catch (IOException e) {
          // It has ended meanwhile.
        }
      }
    }
  }

  private static void mounts(OciConfig config, List<String> found) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"))) {
      lines
          .filter(line -> line.contains(config.runDir().toString()))
          .forEach(line -> found.add("mount " + line));
    }
  }
}
