package dev.sandglass.cli.doctor;

import dev.sandglass.cli.setup.Setup;
import dev.sandglass.common.SandglassException;
import dev.sandglass.config.Config;
import dev.sandglass.server.Sandboxes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at what the sandbox needs of this host. Changes nothing. */
public final class HostChecks {

  private static final int MAJOR = 5;
  private static final int MINOR = 8;
  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");
  private static final long GIB = 1L << 30;
  private static final int LONGEST = 8192;
  private static final long DISK = 5 * GIB;
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final Path NAMESPACES = Path.of("/proc/sys/user/max_user_namespaces");

  private HostChecks() {}

  public static List<HostCheck> all(Config config, Sandboxes sandboxes) {
    List<HostCheck> checks = new ArrayList<>();
    sandboxes
        .noWalls()
        .ifPresentOrElse(
            none -> checks.add(HostCheck.warning("walls", none)),
            () -> {
              checks.add(kernel(text(Path.of("/proc/sys/kernel/osrelease"))));
              checks.add(user());
              checks.add(userNamespaces(text(NAMESPACES)));
              checks.add(seccomp(text(Path.of("/proc/self/status"))));
              checks.add(cgroups());
            });
    checks.add(HostCheck.ok("runtime", firstLine(sandboxes.runtime().toString(), "--version")));
    checks.add(HostCheck.ok("image", sandboxes.imageDigest()));
    checks.add(fonts(sandboxes.rootfs()));
    Path there = existing(config.storage().homeDir());
    checks.add(disk(there));
    if (sandboxes.noWalls().isEmpty()) {
      checks.add(containerDisks(sandboxes, there));
    }
    checks.add(memory(text(Path.of("/proc/meminfo")), config.sandbox().memoryFree().bytes()));
    checks.add(model(config, sandboxes));
    return checks;
  }

  static HostCheck kernel(String release) {
    Matcher m = RELEASE.matcher(release);
    if (!m.matches()) {
      return HostCheck.warning("linux", "unknown release " + release);
    }
    int major = Integer.parseInt(m.group(1));
    int minor = Integer.parseInt(m.group(2));
    return HostCheck.of(
        major > MAJOR || (major == MAJOR && minor >= MINOR),
        "linux",
        release,
        "Linux %s is too old: the sandbox needs %d.%d or later.".formatted(release, MAJOR, MINOR));
  }

  static HostCheck userNamespaces(String most) {
    boolean on = most.isEmpty() || !most.equals("0");
    return HostCheck.of(
        on,
        "user namespaces",
        most.isEmpty() ? "on" : "at most " + most,
        "User namespaces are off on this host: sysctl user.max_user_namespaces=10000.");
  }

  static HostCheck seccomp(String status) {
    return HostCheck.of(
        status.contains("Seccomp:"),
        "seccomp",
        "on",
        "This Linux kernel was built without seccomp (CONFIG_SECCOMP_FILTER).");
  }

  private static HostCheck user() {
    String name = System.getProperty("user.name");
    return Sandboxes.user()
        .missing()
        .map(missing -> HostCheck.missing("user", missing))
        .orElse(HostCheck.ok("user", name));
  }

  private static HostCheck cgroups() {
    Sandboxes.User user = Sandboxes.user();
    if (user.unlimited().isPresent()) {
      return HostCheck.warning("control groups", user.unlimited().get());
    }
    boolean v2 = Files.exists(CGROUPS.resolve("cgroup.controllers"));
    boolean v1 =
        Files.isDirectory(CGROUPS.resolve("memory")) && Files.isDirectory(CGROUPS.resolve("pids"));
    String kind =
        v2 ? "v2" : Files.isDirectory(CGROUPS.resolve("unified")) ? "hybrid, limits by v1" : "v1";
    return HostCheck.of(
        v1 || v2,
        "control groups",
        kind,
        "Neither cgroup v2 nor v1's memory and pids are mounted at " + CGROUPS + ".");
  }

  private static HostCheck fonts(Path rootfs) {
    return Files.isDirectory(rootfs.resolve("usr/share/fonts"))
        ? HostCheck.ok("fonts", "in the image")
        : HostCheck.warning("fonts", "The image has none: charts will lack characters.");
  }

  private static HostCheck disk(Path there) {
    try {
      long free = Files.getFileStore(there).getUsableSpace();
      String says = "%s free at %s".formatted(gib(free), there);
      return free >= DISK
          ? HostCheck.ok("disk", says)
          : HostCheck.warning("disk", says + ", less than " + gib(DISK));
    } catch (IOException e) {
      return HostCheck.warning("disk", e.toString());
    }
  }

  /** The directory itself, or the nearest above it that is there. */
  private static Path existing(Path directory) {
    Path there = directory.toAbsolutePath();
    for (Path up = there; up != null && !Files.exists(there); up = up.getParent()) {
      there = up;
    }
    return there;
  }

  private static HostCheck containerDisks(Sandboxes sandboxes, Path there) {
    try {
      Sandboxes.Disks disks = sandboxes.disks(there);
      return disks.loop()
          ? HostCheck.ok("container disks", disks.says())
          : HostCheck.warning("container disks", disks.says());
    } catch (SandglassException e) {
      return HostCheck.missing("container disks", String.valueOf(e.getMessage()));
    }
  }

  static HostCheck memory(String meminfo, long free) {
    Matcher m = Pattern.compile("MemAvailable:\\s+(\\d+) kB").matcher(meminfo);
    if (!m.find()) {
      return HostCheck.warning("memory", "unknown");
    }
    long available = Long.parseLong(m.group(1)) * 1024;
    String says = gib(available) + " available";
    return available >= free
        ? HostCheck.ok("memory", says)
        : HostCheck.warning(
            "memory",
            says
                + ", less than "
                + gib(free)
                + " (sandbox.memory-free): the server makes no containers until there is more");
  }

  private static HostCheck model(Config config, Sandboxes sandboxes) {
    if (!config.models().upstreams().isEmpty()) {
      return HostCheck.ok("model", "endpoints " + config.models().upstreams().keySet());
    }
    List<String> missing = Setup.forQuestions(false, sandboxes.noWalls().isEmpty()).missing();
    return missing.isEmpty()
        ? HostCheck.ok("model", "the local one is installed")
        : HostCheck.warning("model", "not installed: " + missing + "; ./sandglass setup");
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) GIB);
  }

  /** What a file says, or nothing. In one read: numbers in /proc/sys can't be read in parts. */
  private static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[LONGEST];
      int length = in.read(buffer);
      return new String(buffer, 0, Math.max(0, length), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String firstLine(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return said.lines().findFirst().orElse("unknown");
    } catch (IOException e) {
      return e.toString();
    }
  }
}
