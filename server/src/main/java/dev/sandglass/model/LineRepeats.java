package dev.sandglass.model;

/**
 * Notices code in which the same line comes again and again, as it does when a small model is
 * stuck. Not thread-safe.
 */
final class LineRepeats {

  /** Honest code has been seen with up to six equal lines in a row (rows of a table, brackets). */
  static final int TIMES = 12;

  private final StringBuilder line = new StringBuilder();
  private String last = "";
  private int times;

  /** True once it is stuck. */
  boolean add(String code) {
    for (int i = 0; i < code.length(); i++) {
      char c = code.charAt(i);
      if (c != '\n') {
        line.append(c);
        continue;
      }
      String now = line.toString().strip();
      line.setLength(0);
      if (!now.isEmpty()) {
        times = now.equals(last) ? times + 1 : 1;
        last = now;
      }
    }
    return times >= TIMES;
  }
}
