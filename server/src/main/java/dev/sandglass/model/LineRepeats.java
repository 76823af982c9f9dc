package dev.sandglass.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Notices code in which the same line, or the same few lines, come again and again, as they do when
 * a small model is stuck. Not thread-safe.
 */
final class LineRepeats {

  /** Honest code has been seen with up to six equal lines in a row (rows of a table, brackets). */
  static final int TIMES = 12;

  /** Several lines in the same order are rarer in honest code. */
  static final int GROUP_TIMES = 5;

  private static final int LONGEST_GROUP = 12;

  private final StringBuilder line = new StringBuilder();
  private final List<String> lines = new ArrayList<>();
  private boolean stuck;

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
        lines.add(now);
        stuck |= repeats();
      }
    }
    return stuck;
  }

  private boolean repeats() {
    if (repeats(1, TIMES)) {
      return true;
    }
    for (int group = 2; group <= LONGEST_GROUP; group++) {
      if (repeats(group, GROUP_TIMES)) {
        return true;
      }
    }
    return false;
  }

  private boolean repeats(int group, int times) {
    int first = lines.size() - group * times;
    if (first < 0 || (group > 1 && allEqual(lines.subList(lines.size() - group, lines.size())))) {
      return false;
    }
    for (int i = lines.size() - 1; i >= first + group; i--) {
      if (!lines.get(i).equals(lines.get(i - group))) {
        return false;
      }
    }
    return true;
  }

  private static boolean allEqual(List<String> group) {
    return group.stream().allMatch(group.getFirst()::equals);
  }
}
