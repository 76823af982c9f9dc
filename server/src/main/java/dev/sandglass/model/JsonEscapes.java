package dev.sandglass.model;

/**
 * Decodes the escapes of a JSON string character by character. What is no escape of JSON ({@code
 * \d} of a regular expression) is kept as it stands. Not thread-safe.
 */
final class JsonEscapes {

  private boolean escaped;
  private final StringBuilder hex = new StringBuilder();
  private boolean inHex;

  void reset() {
    escaped = false;
    inHex = false;
    hex.setLength(0);
  }

  /** Whether this character would stand for itself. */
  boolean plain(char c) {
    return !escaped && !(inHex && Character.digit(c, 16) >= 0);
  }

  /** What the character gives, together with those before it: "" while an escape is open. */
  String decode(char c, PythonScan code) {
    if (inHex) {
      return hex(c, code);
    }
    if (escaped) {
      escaped = false;
      return switch (c) {
        case 'n' -> "\n";
        case 't' -> "\t";
        case 'r' -> "\r";
        case 'b' -> "\b";
        case 'f' -> "\f";
        case '"', '\\', '/' -> String.valueOf(c);
        case 'u' -> {
          inHex = true;
          hex.setLength(0);
          yield "";
        }
        // Not JSON, but JavaScript and Python: within such a string of the code it is meant so.
        case '\'' -> code.quote() == '\'' ? "\\'" : "'";
        case '\n' -> "\\\n";
        default -> "\\" + c;
      };
    }
    if (c == '\\') {
      escaped = true;
      return "";
    }
    return String.valueOf(c);
  }

  private String hex(char c, PythonScan code) {
    if (Character.digit(c, 16) < 0) {
      inHex = false;
      return "\\u" + hex + decode(c, code);
    }
    hex.append(c);
    if (hex.length() < 4) {
      return "";
    }
    inHex = false;
    return String.valueOf((char) Integer.parseInt(hex, 0, 4, 16));
  }
}
