package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a driver has on this host at the moment, looked up from outside of it. */
public final class Traces {

  private Traces() {}

  static List<String> of(OciDriver driver) throws IOException {
    return of(driver.config().runDir(), driver.config().dataDir());
  }

  /** Those of the driver with these directories, whoever opened it. */
  public static List<String> of(Path runDir, Path dataDir) throws IOException {
    List<String> found = new ArrayList<>();
    files(runDir, found);
    files(dataDir, found);
    cgroups(instance(runDir), found);
    processes(instance(runDir), found);
    unwalled(runDir, found);
    mounts(runDir, found);
    found.addAll(loopDevices(runDir, dataDir));
    return found.stream().sorted().toList();
  }

  /**
   * The loop devices of images in the data directory. Linux frees them soon after a container's
   * last process, not with it: they are waited for, up to a limit, as long as there are more than
   * containers.
   */
  private static List<String> loopDevices(Path runDir, Path dataDir) throws IOException {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (true) {
      List<String> devices = loopDevices(dataDir);
      if (devices.size() <= containers(runDir, "").size() || System.nanoTime() > deadline) {
        return devices;
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private static List<String> loopDevices(Path dataDir) throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (Path device : all) {
        try {
          String image = Files.readString(device.resolve("loop/backing_file")).strip();
          if (image.startsWith(dataDir + "/")) {
            found.add("loop device of " + Path.of(image).getParent());
          }
        } catch (IOException e) {
          // It is free.
        }
      }
    }
    return found;
  }

  private static String instance(Path runDir) {
    return DriverHome.instanceOf(runDir);
  }

  /** The host pids of the containers' first processes, oldest first. */
  public static List<Long> supervisors(Path runDir) throws IOException {
    return containers(runDir, "cntr_");
  }

  private static List<Long> containers(Path runDir, String prefix) throws IOException {
    List<Long> pids = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : all.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
        try {
          String groups = Files.readString(process.resolve("cgroup"));
          boolean first =
              Files.readString(process.resolve("status"))
                  .lines()
                  .anyMatch(l -> l.matches("NSpid:\\t\\d+\\t\\d+\\t1"));
          if (first && groups.contains(instance(runDir) + "/" + prefix)) {
            pids.add(Long.parseLong(process.getFileName().toString()));
          }
        } catch (IOException e) {
          // It has ended meanwhile.
        }
      }
    }
    return pids.stream().sorted().toList();
  }

  private static void files(Path dir, List<String> found) throws IOException {
    if (Files.exists(dir)) {
      try (Stream<Path> all = Files.walk(dir)) {
        all.filter(p -> !p.toString().contains("/runtime/")).forEach(p -> found.add("file " + p));
      }
    }
  }

  /** Those of others come and go while they are looked through. */
  private static void cgroups(String instance, List<String> found) throws IOException {
    Files.walkFileTree(
        Path.of("/sys/fs/cgroup"),
        Set.of(),
        6,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path group, BasicFileAttributes a) {
            if (group.toString().contains(instance)) {
              found.add("cgroup " + group);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path gone, IOException e) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path group, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Processes in one of the driver's control groups, the sandboxes' own included. */
  private static void processes(String instance, List<String> found) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : all.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
        try {
          if (belongs(process, instance)) {
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

  /** Those of containers that are nothing but processes. */
  private static void unwalled(Path runDir, List<String> found) throws IOException {
    try (Stream<Path> boxes = Files.exists(runDir) ? Files.list(runDir) : Stream.empty()) {
      for (Path box : boxes.toList()) {
        for (ProcessHandle process : Marked.of(box)) {
          try {
            String name = Files.readString(Path.of("/proc/" + process.pid() + "/comm")).trim();
            if (!name.equals("spare")) {
              found.add("process " + name);
            }
          } catch (IOException e) {
            // It has ended meanwhile.
          }
        }
      }
    }
  }

  /** By its control group, or, where there is none, by its user. */
  private static boolean belongs(Path process, String instance) throws IOException {
    if (RootlessNeeds.isRoot()) {
      return Files.readString(process.resolve("cgroup")).contains(instance);
    }
    SubordinateIds own = RootlessNeeds.Facts.ofHost().uids().orElseThrow();
    long uid = ((Number) Files.getAttribute(process, "unix:uid")).longValue();
    return uid >= own.first() && uid < own.first() + own.count();
  }

  private static void mounts(Path runDir, List<String> found) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"))) {
      lines
          .filter(line -> line.contains(runDir.toString()))
          .forEach(line -> found.add("mount " + line));
    }
  }
}
