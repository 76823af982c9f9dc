package dev.sandglass.cli.ask;

/**
 * Makes text that a model or sandboxed code wrote fit for a terminal: no escape sequences, no
 * control characters.
 */
public final class Printable {

  private Printable() {}

  /**
   * Tabs and line ends stay; a carriage return becomes a line end unless one follows; other
   * controls become {@code ·}.
   */
  public static String clean(String text) {
    StringBuilder s = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r') {
        if (i + 1 >= text.length() || text.charAt(i + 1) != '\n') {
          s.append('\n');
        }
      } else if (c == '\n' || c == '\t' || !isControl(c)) {
        s.append(c);
      } else {
        s.append('·');
      }
    }
    return s.toString();
  }

  /** C0, DEL, C1, and the marks that reverse the direction of what follows. */
  private static boolean isControl(char c) {
    return c < 0x20
        || (c >= 0x7f && c < 0xa0)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
