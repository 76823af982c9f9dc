package dev.sandglass.model;

import dev.sandglass.model.BlockParser.Options;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds where, in words that are still arriving, code begins. Pure. */
final class BlockOpening {

  enum Kind {
    /** No opening: all of it is words. */
    NONE,
    /** From {@code start} on it may become one. */
    UNDECIDED,
    PYTHON_FENCE,
    OTHER_FENCE,
    CALL,
    THINKING,
    /** The model's turn is over, though it writes on. */
    END
  }

  /**
   * The first opening.
   *
   * @param start how many characters before it are words for certain
   * @param consumed how many characters the opening itself takes
   * @param mark the fence's character
   * @param length how many of them
   * @param indent how far the fence is indented
   * @param closing what ends a call; "" if nothing but the end does
   */
  record Found(
      Kind kind, int start, int consumed, char mark, int length, int indent, String closing) {
    static Found of(Kind kind, int start, int consumed) {
      return new Found(kind, start, consumed, ' ', 0, 0, "");
    }
  }

  /** A fence's first line, bounded: it is looked for again with each piece that comes. */
  private static final String MARK = "([ \\t]{0,100}+)(`{3,40}+|~{3,40}+)";

  private static final Pattern FENCE =
      Pattern.compile(MARK + "[ \\t]{0,100}+\\{?\\.?([A-Za-z0-9_+-]{0,100}+)[^\\n`]{0,200}+\\n");

  private static final Pattern MAYBE_FENCE =
      Pattern.compile("[ \\t]{0,100}+(?:`{1,2}|~{1,2})?|" + MARK + "[^\\n`]{0,410}+");

  private static final Set<String> PYTHON =
      Set.of("python", "py", "python3", "ipython", "ipython3", "pycon", "tool_code", "code");

  private static final Map<String, String> CALL_TAGS =
      Map.of(
          "<tool_call>", "</tool_call>",
          "<tools>", "</tools>",
          "<function_call>", "</function_call>",
          "<parameter=code>", "</parameter>",
          "<|python_tag|>", "<|e");

  private static final List<String> END_TAGS =
      List.of("<|im_end|>", "<|im_start|>", "<|endoftext|>", "<|eot_id|>", "</s>");

  /** A call written as JSON, at the very beginning. */
  private static final Pattern JSON_CALL =
      Pattern.compile(
          "\\s{0,200}+\\{\\s{0,200}+\"(?:name|function|tool|tool_name|arguments|code|type)\"\\s*:[\\s\\S]*");

  /** Outputs, which only Sandglass writes. */
  private static final Pattern MADE_UP =
      Pattern.compile(
          "(?:\\*\\*)?(?:Output|User|Human|Question)(?:\\*\\*)?:(?:\\*\\*)?[ \\t]*\\n?");

  private static final Pattern LOOKS_LIKE_PYTHON =
      Pattern.compile(
          "\\s*(?:import\\s.*|from\\s+[\\w.]+\\s+import.*|(?:def|class)\\s.*|(?:for|if|with|while)\\s.+:|try:"
              + "|print\\(.*|#\\s?\\S.*|@\\w.*"
              + "|[A-Za-z_][\\w.]*(?:\\[[^\\]]*\\])?\\s*+(?:,\\s*+\\w++\\s*+)*+[-+*/]?=[^=].*"
              + "|[a-z_][\\w.]*\\(.*\\)\\s*)");

  private BlockOpening() {}

  /** By its first line that says anything. */
  static boolean looksLikePython(String code) {
    String first = code.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    return LOOKS_LIKE_PYTHON.matcher(first).matches();
  }

  static Found find(
      CharSequence pending, boolean lineStart, boolean first, Options options, boolean atEnd) {
    String s = pending.toString();
    if (first && options.tags()) {
      Matcher json = JSON_CALL.matcher(s);
      if (json.matches()) {
        int brace = s.indexOf('{');
        return Found.of(Kind.CALL, brace, 0);
      }
      if (json.hitEnd() && !atEnd) {
        return Found.of(Kind.UNDECIDED, 0, 0);
      }
    }
    boolean atLineStart = lineStart;
    for (int i = 0; i < s.length(); i++) {
      if (atLineStart) {
        Found here = atLine(s, i, first && s.substring(0, i).isBlank(), options, atEnd);
        if (here.kind() != Kind.NONE) {
          return here;
        }
      }
      if (s.charAt(i) == '<') {
        Found here = tag(s, i, first && s.substring(0, i).isBlank(), options, atEnd);
        if (here.kind() != Kind.NONE) {
          return here;
        }
      }
      atLineStart = s.charAt(i) == '\n';
    }
    return Found.of(Kind.NONE, s.length(), 0);
  }

  private static Found atLine(String s, int at, boolean first, Options options, boolean atEnd) {
    if (options.single() && !first) {
      Matcher madeUp = MADE_UP.matcher(s).region(at, s.length());
      boolean found = madeUp.lookingAt();
      if (found && (s.charAt(madeUp.end() - 1) == '\n' || (atEnd && madeUp.end() == s.length()))) {
        return Found.of(Kind.END, at, 0);
      }
      if (!atEnd && (found ? madeUp.end() == s.length() : madeUp.hitEnd())) {
        return Found.of(Kind.UNDECIDED, at, 0);
      }
    }
    if (!options.fences()) {
      return Found.of(Kind.NONE, s.length(), 0);
    }
    String rest = s.substring(at);
    Matcher fence = FENCE.matcher(rest);
    if (!fence.lookingAt()) {
      boolean maybe = !atEnd && MAYBE_FENCE.matcher(rest).matches();
      return Found.of(maybe ? Kind.UNDECIDED : Kind.NONE, at, 0);
    }
    String language = fence.group(3).toLowerCase(java.util.Locale.ROOT);
    Kind kind = PYTHON.contains(language) ? Kind.PYTHON_FENCE : Kind.OTHER_FENCE;
    if (language.isEmpty()) {
      String body = rest.substring(fence.end()).replaceFirst("^(?:[ \\t]*+\\n)++", "");
      int newline = body.indexOf('\n');
      if (newline < 0 && !atEnd) {
        return Found.of(Kind.UNDECIDED, at, 0);
      }
      String line = newline < 0 ? body : body.substring(0, newline);
      kind = LOOKS_LIKE_PYTHON.matcher(line).matches() ? Kind.PYTHON_FENCE : Kind.OTHER_FENCE;
    }
    return new Found(
        kind,
        at,
        fence.end(),
        fence.group(2).charAt(0),
        fence.group(2).length(),
        fence.group(1).length(),
        "");
  }

  private static Found tag(String s, int at, boolean first, Options options, boolean atEnd) {
    String rest = s.substring(at);
    for (Map.Entry<String, String> tag : CALL_TAGS.entrySet()) {
      if (options.tags() && rest.startsWith(tag.getKey())) {
        return call(rest, at, tag, atEnd);
      }
    }
    for (String end : END_TAGS) {
      if (rest.startsWith(end)) {
        return Found.of(Kind.END, at, 0);
      }
    }
    if (first && rest.startsWith("<think>")) {
      return Found.of(Kind.THINKING, at, "<think>".length());
    }
    boolean undecided =
        !atEnd
            && ((options.tags() && CALL_TAGS.keySet().stream().anyMatch(t -> t.startsWith(rest)))
                || END_TAGS.stream().anyMatch(t -> t.startsWith(rest))
                || (first && "<think>".startsWith(rest)));
    return Found.of(undecided ? Kind.UNDECIDED : Kind.NONE, at, 0);
  }

  /** A call's tag; an XML call inside of it (Qwen3-Coder) begins at its parameter. */
  private static Found call(String rest, int at, Map.Entry<String, String> tag, boolean atEnd) {
    String open = tag.getKey();
    String body = rest.substring(open.length()).stripLeading();
    if (body.isEmpty() && !atEnd) {
      return Found.of(Kind.UNDECIDED, at, 0);
    }
    if (body.startsWith("<")) {
      int parameter = rest.indexOf("<parameter=");
      int close = parameter < 0 ? -1 : rest.indexOf('>', parameter);
      if (close < 0) {
        return Found.of(atEnd || rest.length() > 400 ? Kind.NONE : Kind.UNDECIDED, at, 0);
      }
      return new Found(Kind.CALL, at, close + 1, ' ', 0, 0, "</parameter>");
    }
    return new Found(Kind.CALL, at, open.length(), ' ', 0, 0, tag.getValue());
  }

  /** How much of the text can't be the beginning of the mark. */
  static int beforePartial(CharSequence text, String mark) {
    int longest = Math.min(text.length(), mark.length() - 1);
    for (int n = longest; n > 0; n--) {
      if (mark.startsWith(text.subSequence(text.length() - n, text.length()).toString())) {
        return text.length() - n;
      }
    }
    return text.length();
  }
}
