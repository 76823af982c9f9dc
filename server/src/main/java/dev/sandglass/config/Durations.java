package dev.sandglass.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the configuration writes them: {@code 250ms}, {@code 60s}, {@code 1h30m}. */
public final class Durations {

  private static final Pattern FORM = Pattern.compile("(?:\\d{1,9}(?:ms|s|m|h|d))+");
  private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException with a message that shows the right form
   */
  public static Duration parse(String text) {
    String s = text.strip();
    if (!FORM.matcher(s).matches()) {
      throw new IllegalArgumentException(
          "expected a duration such as 60s or 1h30m (units ms, s, m, h, d)");
    }
    Duration total = Duration.ZERO;
    Matcher m = PART.matcher(s);
    while (m.find()) {
      long n = Long.parseLong(m.group(1));
      total =
          total.plus(
              switch (m.group(2)) {
                case "ms" -> Duration.ofMillis(n);
                case "s" -> Duration.ofSeconds(n);
                case "m" -> Duration.ofMinutes(n);
                case "h" -> Duration.ofHours(n);
                default -> Duration.ofDays(n);
              });
    }
    return total;
  }

  /** The form that {@link #parse} reads back; whole milliseconds. */
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    StringBuilder s = new StringBuilder();
    append(s, duration.toDaysPart(), "d");
    append(s, duration.toHoursPart(), "h");
    append(s, duration.toMinutesPart(), "m");
    append(s, duration.toSecondsPart(), "s");
    append(s, duration.toMillisPart(), "ms");
    return s.toString();
  }

  private static void append(StringBuilder s, long n, String unit) {
    if (n != 0) {
      s.append(n).append(unit);
    }
  }
}
