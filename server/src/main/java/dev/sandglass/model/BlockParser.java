package dev.sandglass.model;

import dev.sandglass.model.BlockOpening.Found;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits what a model writes into words and code, while it writes. Not thread-safe.
 *
 * <p>Code is what stands in a fence that is marked as Python or looks like it, in the text forms of
 * tool calls ({@code <tool_call>}, {@code <|python_tag|>}, bare JSON), closed or not. Other fences
 * are words. Characters are held back only while they may still turn out to be an opening or
 * closing mark, and white space until something follows it.
 *
 * <p>States: {@code WORDS} looks for openings; {@code OTHER_FENCE} passes a foreign fence through
 * as words; {@code FENCE} and {@code CALL} take code; {@code THINKING} drops a model's thoughts;
 * {@code OVER} ignores the rest.
 */
final class BlockParser {

  /**
   * What is looked for.
   *
   * @param fences whether fenced code is code
   * @param tags whether calls written as text are
   * @param single whether all is over after the first piece of code
   */
  record Options(boolean fences, boolean tags, boolean single) {
    /** The blocks dialect: what a model writes after its first block it has made up. */
    static final Options BLOCKS = new Options(true, true, true);
  }

  private enum State {
    WORDS,
    OTHER_FENCE,
    FENCE,
    CALL,
    THINKING,
    OVER
  }

  private final Options options;
  private final StepListener listener;
  private final StringBuilder pending = new StringBuilder();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder space = new StringBuilder();
  private final StringBuilder codeSpace = new StringBuilder();
  private final List<String> codes = new ArrayList<>();
  private State state = State.WORDS;
  private boolean lineStart = true;
  private @Nullable FencedCode fence;
  private @Nullable ArgumentDecoder call;
  private boolean codeStarted;
  private String callEnd = "";
  private char fenceMark;

  BlockParser(Options options, StepListener listener) {
    this.options = options;
    this.listener = listener;
  }

  void feed(String piece) {
    if (state != State.OVER) {
      pending.append(piece);
      run(false);
    }
  }

  /** The model has stopped: an open block ends here. */
  void finish() {
    run(true);
    if (fence != null) {
      endFence();
    }
    if (call != null) {
      endCall();
    }
    state = State.OVER;
  }

  /** Whether all that follows is ignored. */
  boolean over() {
    return state == State.OVER;
  }

  /** The words so far, without white space at their end. */
  String text() {
    return text.toString();
  }

  List<String> codes() {
    return List.copyOf(codes);
  }

  private void run(boolean atEnd) {
    boolean more = true;
    while (more && !pending.isEmpty()) {
      more =
          switch (state) {
            case WORDS -> words(atEnd);
            case OTHER_FENCE -> otherFence(atEnd);
            case FENCE -> fence();
            case CALL -> call(atEnd);
            case THINKING -> thinking();
            case OVER -> {
              pending.setLength(0);
              yield false;
            }
          };
    }
  }

  /** True if something changed, so that it is worth looking again. */
  private boolean words(boolean atEnd) {
    boolean first = text.isEmpty() && codes.isEmpty();
    Found found = BlockOpening.find(pending, lineStart, first, options, atEnd);
    say(pending.substring(0, found.start()));
    if (found.start() > 0) {
      lineStart = pending.charAt(found.start() - 1) == '\n';
    }
    pending.delete(0, found.start());
    switch (found.kind()) {
      case NONE, UNDECIDED -> {
        return false;
      }
      case PYTHON_FENCE -> {
        fence = new FencedCode(found.mark(), found.length(), found.indent(), this::code);
        state = State.FENCE;
      }
      case OTHER_FENCE -> {
        fenceMark = found.mark();
        state = State.OTHER_FENCE;
        say(pending.substring(0, found.consumed()));
      }
      case CALL -> {
        call = new ArgumentDecoder(this::code);
        callEnd = found.closing();
        state = State.CALL;
      }
      case THINKING -> state = State.THINKING;
      case END -> {
        state = State.OVER;
        return true;
      }
    }
    lineStart = true;
    pending.delete(0, found.consumed());
    return true;
  }

  private boolean otherFence(boolean atEnd) {
    int newline = pending.indexOf("\n");
    if (newline < 0 && !atEnd) {
      String start = pending.toString().stripLeading();
      if (!start.isEmpty() && start.charAt(0) != fenceMark) {
        lineStart = false;
      }
      if (!lineStart) {
        say(pending.toString());
        pending.setLength(0);
      }
      return false;
    }
    int end = newline < 0 ? pending.length() : newline + 1;
    String line = pending.substring(0, end);
    say(line);
    pending.delete(0, end);
    boolean closes =
        lineStart && line.strip().matches("(`{3,}|~{3,})") && line.strip().charAt(0) == fenceMark;
    lineStart = true;
    if (closes) {
      state = State.WORDS;
    }
    return true;
  }

  private boolean fence() {
    FencedCode open = fence;
    if (open == null) {
      return false;
    }
    int used = open.feed(pending);
    pending.delete(0, used);
    if (!open.closed()) {
      return false;
    }
    endFence();
    return true;
  }

  private boolean call(boolean atEnd) {
    ArgumentDecoder open = call;
    if (open == null) {
      return false;
    }
    int end = callEnd.isEmpty() ? -1 : pending.indexOf(callEnd);
    if (end >= 0) {
      open.feed(pending.substring(0, end));
      pending.delete(0, end + callEnd.length());
      endCall();
      return true;
    }
    int safe = atEnd ? pending.length() : BlockOpening.beforePartial(pending, callEnd);
    open.feed(pending.substring(0, safe));
    pending.delete(0, safe);
    if (open.done() && options.single()) {
      endCall();
      return true;
    }
    return false;
  }

  private boolean thinking() {
    int end = pending.indexOf("</think>");
    if (end >= 0) {
      pending.delete(0, end + "</think>".length());
      state = State.WORDS;
      return true;
    }
    pending.delete(0, BlockOpening.beforePartial(pending, "</think>"));
    return false;
  }

  private void endFence() {
    FencedCode open = fence;
    fence = null;
    if (open != null) {
      ended(open.finish());
    }
  }

  private void endCall() {
    ArgumentDecoder open = call;
    call = null;
    if (open != null) {
      ended(open.finish());
    }
  }

  private void ended(String code) {
    boolean any = !code.isBlank();
    if (any) {
      codes.add(withoutBlankLines(code.stripTrailing()));
    }
    codeStarted = false;
    codeSpace.setLength(0);
    state = any && options.single() ? State.OVER : State.WORDS;
  }

  /** Passes code on; white space waits until something follows, blank lines at the start go. */
  private void code(String delta) {
    codeSpace.append(delta);
    String all = codeSpace.toString();
    int end = all.stripTrailing().length();
    if (end == 0) {
      return; // an empty block is none
    }
    codeSpace.delete(0, end);
    String piece = all.substring(0, end);
    if (!codeStarted) {
      codeStarted = true;
      piece = withoutBlankLines(piece);
      listener.onCodeStart();
    }
    listener.onCode(piece);
  }

  private static String withoutBlankLines(String code) {
    int first = code.length() - code.stripLeading().length();
    return code.substring(code.lastIndexOf('\n', first - 1) + 1);
  }

  private void say(String words) {
    int end = words.stripTrailing().length();
    if (end == 0) {
      if (!text.isEmpty()) {
        space.append(words);
      }
      return;
    }
    String start =
        text.isEmpty() ? words.substring(0, end).stripLeading() : space + words.substring(0, end);
    space.setLength(0);
    space.append(words.substring(end));
    text.append(start);
    listener.onText(start);
  }
}
