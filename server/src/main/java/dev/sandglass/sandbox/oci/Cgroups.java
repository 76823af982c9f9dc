package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control groups of one driver's containers, on hosts with cgroup v1 (also hybrid) or v2. They
 * lie below the server's own group with v1, below the root with v2, whose rule is that a group with
 * processes has no children with limits. Thread-safe.
 */
final class Cgroups {

  private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
  static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final List<String> V1 = List.of("memory", "pids", "cpu");

  private static final Duration SANDBOX_GONE = Duration.ofSeconds(30);

  /** The normal share in either unit. */
  private static final long V1_SHARES = 1024;

  private static final long V2_WEIGHT = 100;

  private final boolean v2;

  /** Controller → directory of this driver's groups; with v2 all the same. */
  private final Map<String, Path> bases;

  private Cgroups(boolean v2, Map<String, Path> bases) {
    this.v2 = v2;
    this.bases = bases;
  }

  /**
   * The groups of an earlier server with that record, or new ones.
   *
   * @param name of this driver's groups, unique on the host
   * @param record file that says where they are until {@link #removeAll}: the server's own group,
   *     below which they lie, may be another one at the next start
   * @throws SandboxException {@link Reason#UNSUPPORTED_HOST} if no groups can be made here
   */
  static Cgroups open(String name, Path record) {
    try {
      boolean v2 = Files.exists(ROOT.resolve("cgroup.controllers"));
      Optional<Cgroups> earlier = recorded(record, v2);
      if (earlier.isPresent()) {
        return earlier.get();
      }
      Cgroups cgroups = v2 ? openV2(ROOT, name) : openV1(name);
      Files.write(record, cgroups.directories().stream().map(Path::toString).toList());
      return cgroups;
    } catch (IOException e) {
      throw new SandboxException(
          Reason.UNSUPPORTED_HOST,
          "Control groups can't be made on this host ("
              + e.getMessage()
              + "), and without them a container's memory can't be limited. Run the server as root, with"
              + " /sys/fs/cgroup writable.",
          e);
    }
  }

  private static Optional<Cgroups> recorded(Path record, boolean v2) throws IOException {
    if (!Files.exists(record)) {
      return Optional.empty();
    }
    Map<String, Path> bases = new LinkedHashMap<>();
    for (String line : Files.readAllLines(record)) {
      Path base = Path.of(line);
      if (!Files.isDirectory(base)) {
        return Optional.empty();
      }
      if (v2) {
        V1.forEach(controller -> bases.put(controller, base));
      } else {
        bases.put(ROOT.relativize(base).getName(0).toString(), base);
      }
    }
    boolean whole = bases.containsKey("memory") && bases.containsKey("pids");
    return whole ? Optional.of(new Cgroups(v2, Map.copyOf(bases))) : Optional.empty();
  }

  private List<Path> directories() {
    return bases.values().stream().distinct().toList();
  }

  /**
   * Groups below one that the host has left to this process's user, or none at all: nothing is
   * limited by them then.
   */
  static Cgroups delegated(String name, Path record) {
    Optional<Delegation> left = Delegation.here();
    try {
      Optional<Cgroups> earlier = recorded(record, true);
      if (left.isEmpty() || earlier.isPresent()) {
        return earlier.orElse(new Cgroups(true, Map.of()));
      }
      left.get().enter();
      Cgroups cgroups = openV2(left.get().group(), name);
      Files.write(record, cgroups.directories().stream().map(Path::toString).toList());
      return cgroups;
    } catch (IOException e) {
      LOG.warn("control groups that were left to this user can't be used: {}", e.toString());
      return new Cgroups(true, Map.of());
    }
  }

  /** None: nothing is limited by them. */
  static Cgroups none() {
    return new Cgroups(true, Map.of());
  }

  /** Whether they limit anything. */
  boolean limit() {
    return !bases.isEmpty();
  }

  private static Cgroups openV2(Path parent, String name) throws IOException {
    for (String controller : List.of("+memory", "+pids", "+cpu")) {
      Files.writeString(parent.resolve("cgroup.subtree_control"), controller);
    }
    Path base = Files.createDirectories(parent.resolve(name));
    Files.writeString(base.resolve("cgroup.subtree_control"), "+memory +pids +cpu");
    Map<String, Path> bases = new LinkedHashMap<>();
    V1.forEach(controller -> bases.put(controller, base));
    return new Cgroups(true, Map.copyOf(bases));
  }

  private static Cgroups openV1(String name) throws IOException {
    Map<String, Path> bases = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
      String[] fields = line.split(":", 3);
      for (String controller : fields[1].split(",")) {
        if (V1.contains(controller)) {
          Path own = ROOT.resolve(controller).resolve(fields[2].substring(1));
          // In a container of its own the server may see another root than its path says.
          Path parent = Files.isDirectory(own) ? own : ROOT.resolve(controller);
          bases.put(controller, Files.createDirectories(parent.resolve(name)));
        }
      }
    }
    if (!bases.containsKey("memory") || !bases.containsKey("pids")) {
      throw new IOException("the controllers memory and pids are not mounted");
    }
    return new Cgroups(false, Map.copyOf(bases));
  }

  private Path base(String controller) {
    return Objects.requireNonNull(bases.get(controller), controller);
  }

  /**
   * What a group may use.
   *
   * @param cpuWeight its share when processors are short, in v2's unit: 100 is the normal one
   */
  record Limits(long memoryBytes, int processes, int cpuWeight) {

    /** Half of what the server and the model get, so that these stay responsive. */
    static final int DEFAULT_CPU_WEIGHT = 50;
  }

  /** Makes a group; an empty one of that name from earlier is taken over. */
  Cgroup create(String name, Limits limits) throws IOException {
    if (!limit()) {
      return find(name);
    }
    List<Path> made = new ArrayList<>();
    try {
      for (Path base : directories()) {
        made.add(Files.createDirectories(base.resolve(name)));
      }
      write(name, "memory", v2 ? "memory.max" : "memory.limit_in_bytes", limits.memoryBytes());
      writeIfThere(
          name,
          "memory",
          v2 ? "memory.swap.max" : "memory.memsw.limit_in_bytes",
          v2 ? 0 : limits.memoryBytes());
      write(name, "pids", "pids.max", limits.processes());
      if (bases.containsKey("cpu")) {
        writeIfThere(
            name,
            "cpu",
            v2 ? "cpu.weight" : "cpu.shares",
            v2 ? limits.cpuWeight() : limits.cpuWeight() * V1_SHARES / V2_WEIGHT);
      }
      return new Cgroup(v2, base("memory").resolve(name), made);
    } catch (IOException e) {
      for (Path dir : made) {
        Files.deleteIfExists(dir);
      }
      throw e;
    }
  }

  /** The group of a container that an earlier server has made, and which may be gone. */
  Cgroup find(String name) {
    return new Cgroup(
        v2,
        limit() ? base("memory").resolve(name) : Path.of("/nonexistent"),
        directories().stream().map(base -> base.resolve(name)).toList());
  }

  private void write(String group, String controller, String file, long value) throws IOException {
    Files.writeString(base(controller).resolve(group).resolve(file), Long.toString(value));
  }

  private void writeIfThere(String group, String controller, String file, long value)
      throws IOException {
    if (Files.exists(base(controller).resolve(group).resolve(file))) {
      write(group, controller, file, value);
    }
  }

  /** Removes the groups of containers that are no more; their processes have been ended before. */
  void removeAllBut(Set<String> names) {
    directories().forEach(base -> removeGroups(base, names));
  }

  /**
   * Removes the groups that the runtime has made for a sandbox, if it left them: it gives up when
   * processes take long to end, as they do on a busy host.
   */
  static void removeSandbox(String id) throws IOException, InterruptedException {
    List<Path> left = new ArrayList<>(List.of(ROOT.resolve(id)));
    try (DirectoryStream<Path> controllers = Files.newDirectoryStream(ROOT, Files::isDirectory)) {
      controllers.forEach(controller -> left.add(controller.resolve(id)));
    }
    long deadline = System.nanoTime() + SANDBOX_GONE.toNanos();
    for (Path group : left) {
      while (Files.isDirectory(group)) {
        try {
          Files.deleteIfExists(group);
        } catch (IOException e) {
          if (System.nanoTime() > deadline) {
            throw e;
          }
          Thread.sleep(5);
        }
      }
    }
  }

  /** Removes all groups of this driver. */
  void removeAll() {
    for (Path base : directories()) {
      removeGroups(base, Set.of());
      try {
        Files.deleteIfExists(base);
      } catch (IOException e) {
        LOG.warn("{} stays: {}; the next start tries again", base, e.toString());
      }
    }
  }

  private static void removeGroups(Path base, Set<String> but) {
    if (!Files.isDirectory(base)) {
      return;
    }
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(base, Files::isDirectory)) {
      for (Path group : groups) {
        if (!but.contains(group.getFileName().toString())) {
          Files.deleteIfExists(group);
        }
      }
    } catch (IOException e) {
      LOG.warn("{} stays: {}; the next start tries again", base, e.toString());
    }
  }

  /** One container's group. Thread-safe. */
  static final class Cgroup implements AutoCloseable {
    private final boolean v2;
    private final Path memory;
    private final List<Path> directories;

    private Cgroup(boolean v2, Path memory, List<Path> directories) {
      this.v2 = v2;
      this.memory = memory;
      this.directories = List.copyOf(directories);
    }

    /** Moves a process in; children that it forks from now on are in it too. */
    void add(long pid) throws IOException {
      for (Path dir : directories) {
        Files.writeString(dir.resolve("cgroup.procs"), Long.toString(pid));
      }
    }

    /** Where a process is to be entered. */
    List<Path> directories() {
      return directories;
    }

    /** The pids of all that is in it. */
    List<Long> processes() throws IOException {
      Path list = directories.getFirst().resolve("cgroup.procs");
      return Files.exists(list)
          ? Files.readAllLines(list).stream().map(Long::parseLong).toList()
          : List.of();
    }

    boolean exists() {
      return directories.stream().allMatch(Files::isDirectory);
    }

    /** Bytes in use now. */
    Optional<Long> memoryUsed() {
      return read(v2 ? "memory.current" : "memory.usage_in_bytes");
    }

    /** How often the kernel's OOM killer has killed in here. */
    long oomKills() {
      Path file = memory.resolve(v2 ? "memory.events" : "memory.oom_control");
      try {
        for (String line : Files.readAllLines(file)) {
          if (line.startsWith("oom_kill ")) {
            return Long.parseLong(line.substring("oom_kill ".length()).trim());
          }
        }
      } catch (IOException | NumberFormatException e) {
        // Gone with the container.
      }
      return 0;
    }

    private Optional<Long> read(String file) {
      try {
        return Optional.of(Long.parseLong(Files.readString(memory.resolve(file)).trim()));
      } catch (IOException | NumberFormatException e) {
        return Optional.empty();
      }
    }

    /** Removes the group; fails as long as a process is in it. */
    @Override
    public void close() throws IOException {
      for (Path dir : directories) {
        Files.deleteIfExists(dir);
      }
    }
  }
}
