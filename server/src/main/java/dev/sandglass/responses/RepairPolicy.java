package dev.sandglass.responses;

import dev.sandglass.model.Dialect;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a model is kept from going round in circles. Pure.
 *
 * <p>Measured with a 1.5B model: without this it ran the same failing code six times and gave up;
 * with it the same question was right in 28 s (DESIGN.md 10).
 */
final class RepairPolicy {

  private static final double RISE = 0.3;
  private static final double HIGHEST = 0.9;

  private RepairPolicy() {}

  /** The same for code that does the same thing: comments, blank lines and line ends left out. */
  static String fingerprint(String code) {
    return code.lines()
        .map(String::stripTrailing)
        .filter(line -> !line.isEmpty() && !line.stripLeading().startsWith("#"))
        .collect(Collectors.joining("\n"));
  }

  /**
   * The temperature of the next step: the client's if it gave one. Else small models begin at 0 and
   * get bolder with each failure in a row; capable endpoints keep their own (many refuse the
   * parameter).
   */
  static @Nullable Double temperature(
      @Nullable Double clients, Dialect dialect, int failuresInRow) {
    if (clients != null) {
      return clients;
    }
    return dialect == Dialect.BLOCKS ? Math.min(HIGHEST, RISE * failuresInRow) : null;
  }

  /** Whether the attempts before the last failed one are left out of what the model is shown. */
  static boolean forgetsOldFailures(Dialect dialect) {
    return dialect == Dialect.BLOCKS;
  }
}
