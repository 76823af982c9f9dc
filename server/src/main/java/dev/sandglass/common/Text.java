package dev.sandglass.common;

import java.util.ArrayList;
import java.util.List;

/** Small helpers for words in messages. */
public final class Text {

  private static final int SHOWN = 100;

  private Text() {}

  /** A client's text as a message may repeat it: bounded, without control characters. */
  public static String shown(String text) {
    StringBuilder s = new StringBuilder();
    text.codePoints()
        .limit(SHOWN)
        .forEach(c -> s.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
    return text.codePointCount(0, text.length()) > SHOWN ? s + "…" : s.toString();
  }

  /** {@code 'a', 'b', and 'c'}. */
  public static String quotedList(Iterable<String> words) {
    List<String> quoted = new ArrayList<>();
    words.forEach(w -> quoted.add("'" + w + "'"));
    if (quoted.size() < 3) {
      return String.join(" and ", quoted);
    }
    String last = quoted.removeLast();
    return String.join(", ", quoted) + ", and " + last;
  }
}
