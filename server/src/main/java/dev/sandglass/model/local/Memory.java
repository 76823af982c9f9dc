package dev.sandglass.model.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Figures in {@code /proc} that count kibibytes, as bytes. */
final class Memory {
  private Memory() {}

  /** What programs can still take on this machine; a lot where that isn't told. */
  static long available() {
    long bytes = read(Path.of("/proc/meminfo"), "MemAvailable:");
    return bytes == 0 ? Long.MAX_VALUE : bytes;
  }

  /** What a process keeps in memory; 0 when it is gone. */
  static long resident(long pid) {
    return read(Path.of("/proc", Long.toString(pid), "status"), "VmRSS:");
  }

  private static long read(Path file, String key) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(key))
          .findFirst()
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .orElse(0L);
    } catch (IOException e) {
      return 0;
    }
  }
}
