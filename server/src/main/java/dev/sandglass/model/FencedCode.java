package dev.sandglass.model;

import java.util.function.Consumer;

/**
 * The inside of a fence. It closes at a mark of at least the opening's length: anywhere outside of
 * strings and comments for backticks (Python has no use for them), else at a line's start, but not
 * within a string of three quotes, which may hold Markdown of its own. If such a string never ends,
 * the first mark in it closed the block after all. Not thread-safe.
 */
final class FencedCode {

  private final char mark;
  private final int length;
  private final int indent;
  private final Consumer<String> listener;
  private final PythonScan scan = new PythonScan();
  private final StringBuilder code = new StringBuilder();
  private int column;
  private boolean blankSoFar = true;
  private int firstMarkInString = -1;
  private boolean closed;
  private int sent;

  FencedCode(char mark, int length, int indent, Consumer<String> listener) {
    this.mark = mark;
    this.length = length;
    this.indent = indent;
    this.listener = listener;
  }

  /** Takes characters and says how many were used up; a possible mark at the end is left. */
  int feed(CharSequence s) {
    int i = 0;
    while (i < s.length() && !closed) {
      char c = s.charAt(i);
      if (c == mark && mayClose()) {
        int end = i;
        while (end < s.length() && s.charAt(end) == mark) {
          end++;
        }
        if (end == s.length()) {
          break; // the run may go on
        }
        if (end - i >= length) {
          if (scan.inTripleString()) {
            firstMarkInString = firstMarkInString < 0 ? code.length() : firstMarkInString;
          } else {
            closed = true;
            i = end;
            break;
          }
        }
        while (i < end) {
          put(s.charAt(i++));
        }
        continue;
      }
      if (c == '<') {
        String rest = s.subSequence(i, s.length()).toString();
        if (BlockEnd.starts(rest)) {
          closed = true;
          i = s.length();
          break;
        }
        if (BlockEnd.mayStart(rest)) {
          break;
        }
      }
      put(c);
      i++;
    }
    flush();
    return i;
  }

  boolean closed() {
    return closed;
  }

  /** Ends the block and returns its code. */
  String finish() {
    flush();
    boolean neverEnded = !closed && scan.inTripleString() && firstMarkInString >= 0;
    String all = neverEnded ? code.substring(0, firstMarkInString) : code.toString();
    // The mark itself, if the model stopped in the middle of it.
    return all.replaceFirst("\\n[ \\t]*[`~]{1,}\\s*$", "");
  }

  private boolean mayClose() {
    boolean atLineStart = blankSoFar;
    if (mark != '`') {
      return atLineStart;
    }
    return atLineStart || (!scan.inString() && !scan.inComment());
  }

  private void put(char c) {
    if (c == '\r') {
      return;
    }
    if (column < indent && (c == ' ' || c == '\t')) {
      column++;
      return;
    }
    column = c == '\n' ? 0 : Math.max(column, indent) + 1;
    blankSoFar = c == '\n' || (blankSoFar && (c == ' ' || c == '\t'));
    scan.feed(c);
    code.append(c);
  }

  private void flush() {
    int end = code.length();
    // Line breaks wait: those before the closing mark aren't part of the code.
    while (end > sent && Character.isWhitespace(code.charAt(end - 1))) {
      end--;
    }
    if (end > sent && Character.isHighSurrogate(code.charAt(end - 1))) {
      end--;
    }
    if (end > sent) {
      String piece = code.substring(sent, end);
      sent = end;
      listener.accept(piece);
    }
  }
}
