package dev.sandglass.container;

import dev.sandglass.common.ApiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The wire's {@code memory_limit}: {@code 1g}, {@code 4g}, {@code 16g}, {@code 64g}. Pure. */
public final class MemorySize {

  private static final long GIB = 1L << 30;

  private static final Map<String, Long> SIZES = new LinkedHashMap<>();

  static {
    for (int size : new int[] {1, 4, 16, 64}) {
      SIZES.put(size + "g", size * GIB);
    }
  }

  private MemorySize() {}

  /** All of them, smallest first. */
  public static List<String> names() {
    return List.copyOf(SIZES.keySet());
  }

  /** Bytes of one of {@link #names}; null for null, which means the configured default. */
  public static @Nullable Long bytes(@Nullable String name) {
    return name == null ? null : Objects.requireNonNull(SIZES.get(name), name);
  }

  /** The name of a limit; the next whole number of gibibytes for one that has none. */
  public static String name(long bytes) {
    return Math.max(1, (bytes + GIB - 1) / GIB) + "g";
  }

  /**
   * Refuses what the host could not give to a container if it were alone.
   *
   * @param most bytes that it could give
   * @param param where in the request it was asked for
   */
  static void check(@Nullable Long asked, long most, String param) {
    if (asked == null || asked <= most) {
      return;
    }
    List<String> possible = new ArrayList<>();
    SIZES.forEach((name, bytes) -> {
      if (bytes <= most) {
        possible.add(name);
      }
    });
    throw ApiException.invalid(
        "Invalid value: '%s'. This server's host could give a container %.1f GiB at most; %s."
            .formatted(
                name(asked),
                Math.max(0, most) / (double) GIB,
                possible.isEmpty()
                    ? "leave '%s' out for the server's own default".formatted(param)
                    : "the largest '%s' available is '%s'".formatted(param, possible.getLast())),
        "invalid_value",
        param);
  }
}
