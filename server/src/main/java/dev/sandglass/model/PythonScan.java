package dev.sandglass.model;

/**
 * Follows Python source character by character, just far enough to know whether the next one stands
 * in a string or a comment. Not thread-safe.
 */
final class PythonScan {

  private char quote; // 0 outside of strings
  private boolean triple;
  private int run; // quotes in a row, where they may open or close a string
  private boolean escaped;
  private boolean comment;

  void feed(char c) {
    if (comment) {
      comment = c != '\n';
      return;
    }
    if (quote != 0) {
      inside(c);
      return;
    }
    if (run > 0) {
      if (c == pending) {
        if (++run == 3) {
          open(true);
        }
        return;
      }
      if (run == 1) {
        open(false);
        inside(c);
        return;
      }
      run = 0; // two quotes: an empty string, already over
    }
    if (c == '"' || c == '\'') {
      pending = c;
      run = 1;
    } else if (c == '#') {
      comment = true;
    }
  }

  private char pending;

  private void open(boolean three) {
    quote = pending;
    triple = three;
    run = 0;
    escaped = false;
  }

  private void inside(char c) {
    if (escaped) {
      escaped = false;
      run = 0;
    } else if (c == '\\') {
      escaped = true;
      run = 0;
    } else if (c == quote) {
      run++;
      if (!triple || run == 3) {
        quote = 0;
        run = 0;
      }
    } else {
      run = 0;
      if (c == '\n' && !triple) {
        quote = 0; // an error in Python; the next line is code again
      }
    }
  }

  /** In a string that the next newline would not end. */
  boolean inTripleString() {
    return quote != 0 && triple;
  }

  boolean inString() {
    return quote != 0 || run == 1;
  }

  boolean inComment() {
    return comment;
  }

  /** The quote character of the string that it is in, or 0. */
  char quote() {
    return quote != 0 ? quote : run == 1 ? pending : 0;
  }
}
