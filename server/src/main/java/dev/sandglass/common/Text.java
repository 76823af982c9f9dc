package dev.sandglass.common;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
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

  /** The SHA-256 of a text's UTF-8, in hex. */
  public static String sha256(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
