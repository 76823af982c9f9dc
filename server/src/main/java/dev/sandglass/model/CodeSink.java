package dev.sandglass.model;

import java.util.function.Consumer;

/**
 * Collects code and passes it on in pieces that never end within a surrogate pair. Undoes escaping
 * that was done twice: a backslash and an {@code n} outside of a string are no Python, they were a
 * line break. Not thread-safe.
 */
final class CodeSink {

  private final Consumer<String> listener;
  private final PythonScan scan = new PythonScan();
  private final StringBuilder text = new StringBuilder();
  private int sent;
  private boolean backslash;
  private boolean anyNewline;

  CodeSink(Consumer<String> listener) {
    this.listener = listener;
  }

  void accept(String s) {
    for (int i = 0; i < s.length(); i++) {
      accept(s.charAt(i));
    }
  }

  void accept(char c) {
    if (backslash) {
      backslash = false;
      if (c == 'n') {
        put('\n');
        return;
      }
      put('\\');
    }
    boolean loose = !scan.inString() && !scan.inComment();
    if (c == '\\' && loose) {
      backslash = true;
    } else {
      put(c);
    }
  }

  private void put(char c) {
    anyNewline |= c == '\n';
    scan.feed(c);
    text.append(c);
  }

  /** Passes on what came since the last time. */
  void flush() {
    int end = text.length();
    if (end > sent && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    if (end > sent) {
      String piece = text.substring(sent, end);
      sent = end;
      listener.accept(piece);
    }
  }

  void finish() {
    if (backslash) {
      backslash = false;
      put('\\');
    }
    flush();
    if (sent < text.length()) { // half a pair that never got its other half
      listener.accept(text.substring(sent));
      sent = text.length();
    }
  }

  boolean any() {
    return !text.isEmpty();
  }

  /** The whole; one line that is a comment from its first line break on is taken apart as well. */
  String text() {
    String all = text.toString();
    return !anyNewline && scan.inComment() ? all.replace("\\n", "\n") : all;
  }

  PythonScan scan() {
    return scan;
  }
}
