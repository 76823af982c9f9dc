package dev.sandglass.model.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The instructions of this CPU that a native build depends on: a binary built on one machine dies
 * with SIGILL on a machine that has fewer.
 *
 * @param architecture as the JVM names it
 * @param flags sorted
 */
record CpuFeatures(String architecture, Set<String> flags) {
  /**
   * Beginnings of x86 and Arm flag names that ggml's code or {@code -march=native} makes use of.
   */
  private static final Set<String> PREFIXES =
      Set.of(
          "sse", "ssse", "avx", "fma", "f16c", "bmi", "amx", "vnni", "asimd", "sve", "sme", "i8mm",
          "bf16", "gfni", "movbe", "popcnt", "lzcnt", "abm");

  static CpuFeatures ofThisMachine() {
    try {
      return parse(
          System.getProperty("os.arch", "unknown"), Files.readString(Path.of("/proc/cpuinfo")));
    } catch (IOException e) {
      throw new LocalModelException("/proc/cpuinfo cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads the first CPU's flags ({@code flags} on x86, {@code Features} on Arm). */
  static CpuFeatures parse(String architecture, String cpuinfo) {
    Set<String> flags = new TreeSet<>();
    cpuinfo
        .lines()
        .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .stream()
        .flatMap(line -> Stream.of(line.split("\\s+")))
        .filter(flag -> PREFIXES.stream().anyMatch(flag::startsWith))
        .forEach(flags::add);
    return new CpuFeatures(architecture, flags);
  }

  /** One line that is the same on machines that can share a native build. */
  String key() {
    return architecture + " " + String.join(" ", flags);
  }
}
