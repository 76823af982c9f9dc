package dev.sandglass.sandbox;

import java.util.List;

/**
 * Something that a running cell gave out (Jupyter's {@code stream}, {@code display_data}, {@code
 * execute_result}, {@code error}).
 */
public sealed interface CellOutput {

  /** Text on stdout or stderr. */
  record Stream(Name name, String text) implements CellOutput {
    public enum Name {
      STDOUT,
      STDERR
    }
  }

  /** Rich output: the same thing in one or more MIME types. */
  record Display(Kind kind, List<Part> parts) implements CellOutput {
    public enum Kind {
      DISPLAY,
      /** The value of the cell's last expression. */
      RESULT,
      /** A figure that was shown, or left open at the end of the cell. */
      FIGURE
    }
  }

  /** One representation; text types are UTF-8. */
  record Part(String mime, byte[] data) {}

  /** {@code clear_output}: forget what was given out so far. */
  record Clear(boolean untilNext) implements CellOutput {}

  /**
   * An exception that ended the cell.
   *
   * @param traceback whole, plain text
   * @param brief for a model: the failing line of the user's own code, the exception, what is near
   *     it
   */
  record Error(String name, String value, String traceback, String brief) implements CellOutput {}
}
