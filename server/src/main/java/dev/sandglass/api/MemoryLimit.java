package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The wire's {@code memory_limit}: {@code 1g}, {@code 4g}, {@code 16g}, {@code 64g}. */
final class MemoryLimit {

  private static final List<String> NAMES = List.of("1g", "4g", "16g", "64g");
  private static final long GIB = 1L << 30;

  private MemoryLimit() {}

  /** Bytes; null for null, which means the configured default. */
  static @Nullable Long bytes(@Nullable String name, String param) {
    if (name == null) {
      return null;
    }
    if (!NAMES.contains(name)) {
      throw ApiException.value(param, name, NAMES);
    }
    return Long.parseLong(name.substring(0, name.length() - 1)) * GIB;
  }

  /** The name of a limit; the next whole number of gibibytes for one that has none. */
  static String name(long bytes) {
    return Math.max(1, (bytes + GIB - 1) / GIB) + "g";
  }
}
