package dev.sandglass.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written as {@code 512MiB}. Units are binary: B, KiB, MiB, GiB, TiB. */
public record DataSize(long bytes) implements Comparable<DataSize> {

  private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(B|KiB|MiB|GiB|TiB)");
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size cannot be negative: " + bytes);
    }
  }

  /**
   * Reads a size such as {@code 1GiB}.
   *
   * @throws IllegalArgumentException with a message that shows the right form
   */
  public static DataSize parse(String text) {
    Matcher m = FORM.matcher(text.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "expected a size such as 512MiB (units B, KiB, MiB, GiB, TiB)");
    }
    long factor = 1;
    for (String unit : UNITS) {
      if (unit.equals(m.group(2))) {
        break;
      }
      factor <<= 10;
    }
    try {
      return new DataSize(Math.multiplyExact(Long.parseLong(m.group(1)), factor));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("a size of more bytes than can be counted", e);
    }
  }

  public static DataSize ofMebibytes(long mebibytes) {
    return new DataSize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  @Override
  public int compareTo(DataSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The shortest exact form: {@code 512MiB}, {@code 1000B}. */
  @Override
  public String toString() {
    long n = bytes;
    int unit = 0;
    while (n != 0 && n % 1024 == 0 && unit < UNITS.length - 1) {
      n /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%d%s", n, UNITS[unit]);
  }
}
