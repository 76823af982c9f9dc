package dev.sandglass.model;

import dev.sandglass.model.ModelStep.Finish;
import dev.sandglass.model.ModelStep.PythonCall;
import dev.sandglass.model.ModelStep.Usage;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Code that a question hands over to be run as it is: in a fence or between backticks with words
 * that say so or with no word at all, or after a colon. A small model copies it wrongly, or makes
 * up what it would print. Pure.
 *
 * @param alone whether nothing else is asked for than what comes of it
 */
record HandedCode(String code, boolean alone) {

  /** Longer than that, what stands around the code is a task of its own. */
  private static final int WORDS = 25;

  private static final Pattern RUN =
      Pattern.compile(
          "(?iu)\\b(?:run|execute|exec|evaluate|führe?|ausführen|exécute[rz]?|ejecutar?|esegui(?:re)?)\\b"
              + "|\\bwhat (?:does|do|will|would|is)\\b[^?]{0,60}\\b(?:print|output|return|give|result)");
  private static final Pattern NOT_RUN =
      Pattern.compile(
          "(?i)\\b(?:not|never|without|don't|instead of|before) (?:\\w+ ){0,2}(?:run|execut)");
  private static final Pattern FURTHER =
      Pattern.compile(
          "(?i)\\b(?:then|also|afterwards|plot|chart|graph|draw|fix|repair|correct|debug|improve|change"
              + "|modify|extend|rewrite|save|convert|compute|calculate|explain|why|compare|files?)\\b");
  private static final Pattern AFTER_COLON =
      Pattern.compile(
          "(?isu)\\s*+(?:\\w+ ){0,6}(?:" + RUN.pattern() + ")[^:`\\n]{0,80}:\\s*+(.++)");
  private static final Pattern STRING = Pattern.compile("'[^'\\n]*+'|\"[^\"\\n]*+\"");
  private static final Pattern SENTENCE = Pattern.compile("[.?!](?:\\s+\\p{Lu}|\\s*$)");
  private static final Pattern FENCE =
      Pattern.compile("(?s)```(?:[ \\t]*+(?:python3?|py|ipython)(?=\\s))?\\s*+(.*?)\\s*```");
  private static final Pattern TICKS = Pattern.compile("`([^`\\n]++)`");

  /** What the last question hands over. */
  static Optional<HandedCode> in(List<TranscriptEntry> transcript) {
    for (TranscriptEntry entry : transcript.reversed()) {
      if (entry instanceof TranscriptEntry.User(var parts)) {
        return in(ChatRequests.words(parts));
      }
    }
    return Optional.empty();
  }

  static Optional<HandedCode> in(String question) {
    return between(FENCE, question)
        .or(() -> question.contains("```") ? Optional.empty() : between(TICKS, question))
        .or(() -> afterColon(question));
  }

  /** Exactly one piece between marks, and around it words that want it run. */
  private static Optional<HandedCode> between(Pattern marks, String question) {
    Matcher found = marks.matcher(question);
    if (!found.find()) {
      return Optional.empty();
    }
    String code = found.group(1).strip();
    String around = question.substring(0, found.start()) + " " + question.substring(found.end());
    return found.find() ? Optional.empty() : handed(code, around);
  }

  private static Optional<HandedCode> afterColon(String question) {
    Matcher found = AFTER_COLON.matcher(question);
    if (!found.matches() || question.contains("`")) {
      return Optional.empty();
    }
    String rest = found.group(1).strip();
    Matcher prose =
        SENTENCE.matcher(STRING.matcher(rest).replaceAll(s -> "_".repeat(s.group().length())));
    int end = prose.find() ? prose.start() : rest.length();
    String around = question.substring(0, found.start(1)) + rest.substring(end);
    return handed(rest.substring(0, end), around);
  }

  private static Optional<HandedCode> handed(String code, String around) {
    boolean wanted =
        around.isBlank() || (RUN.matcher(around).find() && !NOT_RUN.matcher(around).find());
    if (!wanted || !BlockOpening.looksLikePython(code)) {
      return Optional.empty();
    }
    boolean alone = around.split("\\s+").length <= WORDS && !FURTHER.matcher(around).find();
    return Optional.of(new HandedCode(code, alone));
  }

  /** Whether the last question has had code run. */
  static boolean ran(List<TranscriptEntry> transcript) {
    for (TranscriptEntry entry : transcript.reversed()) {
      if (entry instanceof TranscriptEntry.PythonCall) {
        return true;
      }
      if (entry instanceof TranscriptEntry.User) {
        return false;
      }
    }
    return false;
  }

  /** Has it run, in place of a model's step. */
  ModelStep step(StepListener listener) {
    listener.onCodeStart();
    listener.onCode(code);
    List<PythonCall> calls = List.of(new PythonCall(ToolsSession.madeUpId(), code));
    return new ModelStep("", calls, Finish.STOP, Usage.ZERO);
  }
}
