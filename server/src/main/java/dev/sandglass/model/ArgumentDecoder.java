package dev.sandglass.model;

import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the code out of a tool call's JSON arguments while they arrive, and out of all that weak
 * models send in their place: raw line breaks and unescaped quotes in strings, single quotes,
 * another member's name, arguments as JSON in a string, the whole call nested in them, lines in an
 * array, bare Python, an end that never comes. What is proper JSON is decoded exactly. Not
 * thread-safe.
 *
 * <p>A quote ends the string only if what follows can be the rest of the object; until that is
 * known it is held back ({@link #held}).
 */
final class ArgumentDecoder {

  private enum State {
    START,
    IN_OBJECT,
    IN_KEY,
    AFTER_KEY,
    BEFORE_VALUE,
    IN_CODE,
    IN_NESTED,
    IN_OTHER_STRING,
    HOLDING,
    RAW,
    BUFFERING,
    DONE
  }

  private static final Set<String> CODE_KEYS =
      Set.of("code", "python", "python_code", "source", "script", "input", "cell", "__arg1");

  private static final Set<String> NESTING_KEYS = Set.of("arguments", "parameters", "args");

  /** What may follow a string's closing quote. */
  private static final Pattern REST =
      Pattern.compile(
          "\\s*(?:[}\\s]*(?:<[/|][\\s\\S]*)?|,\\s*[\"'][A-Za-z_][\\w-]{0,40}[\"']\\s*:[\\s\\S]*)");

  private static final Pattern DEFINITE_REST =
      Pattern.compile("\\s*(?:\\}[}\\s]*<[/|][\\s\\S]*|,\\s*[\"'][\\w-]+[\"']\\s*:[\\s\\S]*)");

  /** Longer arguments are kept no longer for a second look. */
  private static final int MAX_KEPT = 1 << 20;

  private final CodeSink out;
  private final StringBuilder kept = new StringBuilder();
  private final StringBuilder key = new StringBuilder();
  private final StringBuilder held = new StringBuilder();
  private final JsonEscapes escapes = new JsonEscapes();
  private State state = State.START;
  private State afterHold = State.IN_CODE;
  private char quote;
  private @Nullable ArgumentDecoder nested;

  /**
   * @param code takes the code, in pieces
   */
  ArgumentDecoder(Consumer<String> code) {
    this(new CodeSink(code));
  }

  private ArgumentDecoder(CodeSink out) {
    this.out = out;
  }

  void feed(String piece) {
    if (kept.length() + piece.length() <= MAX_KEPT) {
      kept.append(piece);
    }
    for (int i = 0; i < piece.length(); i++) {
      take(piece.charAt(i));
    }
    out.flush();
  }

  /** Whether the end has been seen for certain. */
  boolean done() {
    return state == State.DONE;
  }

  /** Ends the arguments and returns the whole code. */
  String finish() {
    end();
    if (!out.any()) {
      out.accept(ArgumentRepair.code(kept.toString()));
    }
    out.finish();
    return out.text();
  }

  private void end() {
    if (state == State.HOLDING && !REST.matcher(held).matches() && !partial(held)) {
      release();
    }
    if (nested != null) {
      nested.end();
      if (!out.any()) {
        out.accept(ArgumentRepair.code(nested.kept.toString()));
      }
    }
    state = State.DONE;
  }

  private void take(char c) {
    switch (state) {
      case START -> start(c);
      case IN_OBJECT -> {
        if (c == '"' || c == '\'') {
          quote = c;
          key.setLength(0);
          state = State.IN_KEY;
        }
      }
      case IN_KEY -> {
        if (c == quote) {
          state = State.AFTER_KEY;
        } else if (key.length() < 64) {
          key.append(c);
        }
      }
      case AFTER_KEY -> {
        if (c == ':') {
          state = State.BEFORE_VALUE;
        } else if (!Character.isWhitespace(c)) {
          state = State.IN_OBJECT;
        }
      }
      case BEFORE_VALUE -> value(c);
      case IN_OTHER_STRING -> {
        if (escapes.plain(c) && c == quote) {
          state = State.IN_OBJECT;
        } else {
          escapes.decode(c, out.scan());
        }
      }
      case IN_CODE, IN_NESTED -> inString(c);
      case HOLDING -> hold(c);
      case RAW -> out.accept(c);
      case BUFFERING, DONE -> {}
    }
  }

  private void start(char c) {
    if (Character.isWhitespace(c)) {
      return;
    }
    switch (c) {
      case '{' -> state = State.IN_OBJECT;
      case '"' -> {
        quote = c;
        begin(State.IN_NESTED);
      }
      case '`', '[' -> state = State.BUFFERING; // seen whole at the end
      default -> {
        state = State.RAW;
        out.accept(c);
      }
    }
  }

  private void value(char c) {
    if (Character.isWhitespace(c)) {
      return;
    }
    boolean isCode = CODE_KEYS.contains(key.toString());
    if (c == '"' || c == '\'') {
      quote = c;
      if (isCode) {
        begin(State.IN_CODE);
      } else if (NESTING_KEYS.contains(key.toString())) {
        begin(State.IN_NESTED);
      } else {
        escapes.reset();
        state = State.IN_OTHER_STRING;
      }
    } else if (isCode && c != '{') {
      state = State.BUFFERING; // an array of lines, or bare Python
    } else {
      state = State.IN_OBJECT; // numbers and the like are passed over, objects looked into
    }
  }

  private void begin(State string) {
    escapes.reset();
    if (string == State.IN_NESTED) {
      nested = new ArgumentDecoder(out);
    }
    state = string;
  }

  private void inString(char c) {
    if (escapes.plain(c) && c == quote) {
      afterHold = state;
      held.setLength(0);
      state = State.HOLDING;
      return;
    }
    emit(escapes.decode(c, out.scan()));
  }

  private void hold(char c) {
    held.append(c);
    if (!REST.matcher(held).matches() && !partial(held)) {
      release();
    } else if (DEFINITE_REST.matcher(held).matches()) {
      state = State.DONE;
      out.flush();
    }
  }

  /** The held quote was a part of the code. */
  private void release() {
    String rest = held.toString();
    held.setLength(0);
    state = afterHold;
    emit(String.valueOf(quote));
    for (int i = 0; i < rest.length(); i++) {
      take(rest.charAt(i));
    }
  }

  private static boolean partial(CharSequence text) {
    Matcher m = REST.matcher(text);
    return !m.matches() && m.hitEnd();
  }

  private void emit(String text) {
    if (text.isEmpty()) {
      return;
    }
    ArgumentDecoder inner = nested;
    if ((state == State.IN_NESTED || afterHold == State.IN_NESTED) && inner != null) {
      for (int i = 0; i < text.length(); i++) {
        inner.kept.append(text.charAt(i));
        inner.take(text.charAt(i));
      }
    } else {
      for (int i = 0; i < text.length(); i++) {
        out.accept(text.charAt(i));
      }
    }
  }
}
