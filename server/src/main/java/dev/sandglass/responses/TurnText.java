package dev.sandglass.responses;

import dev.sandglass.common.NoAnswer;
import dev.sandglass.responses.LoopPolicy.Ending;
import dev.sandglass.responses.TurnState.GiveBack;
import dev.sandglass.sandbox.CellResult;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The sentences that Sandglass itself says in a turn, to the model or to the client. */
final class TurnText {

  private static final Pattern FENCED = Pattern.compile("```.*?(?:```|\\z)", Pattern.DOTALL);

  private TurnText() {}

  static final String NO_OUTPUT =
      "(The code ran, but printed nothing. Print the figures and names that the answer needs: print(…).)";

  static final String SKIPPED = "(Not run: no more calls are allowed in this response.)";

  static final String NOT_RUN_TO_END = "(This code was not run to its end.)";

  /** What the model is told when its words go back before anybody has looked at their figures. */
  static String returned(GiveBack why) {
    return switch (why) {
      case NO_CODE ->
          "Don't answer yet: write Python code that finds it out, then answer from its output.";
      case EMPTY ->
          "Nothing came. Answer the question in words, or write Python code that finds the answer"
              + " out.";
      case UNREPAIRED ->
          "Don't answer yet: your last code failed, so what stands after the line that failed was"
              + " never run. Write the corrected code in one ```python block.";
      case NO_CHART ->
          "No chart has been drawn yet. Write one ```python block that draws the chart with"
              + " matplotlib and ends with plt.show(), then answer.";
      case FIGURES, RIVALS, LINKS ->
          throw new IllegalArgumentException(why + " needs its findings");
    };
  }

  static String refused(String error) {
    return "Not run: this same code has already failed, and nothing has changed since. The error was:\n"
        + error
        + "\nWrite different code.";
  }

  /** For a small model that has repeated itself; it does not see its code again. */
  static String startAgain(String error) {
    return "Code for this was tried before and failed:\n"
        + error
        + "\nSolve it in another way, with new code from the beginning.";
  }

  /** For code that went well and is written again at once. */
  static final String RAN_ALREADY =
      "Not run again: this same code has just run, and nothing has changed since. Its output is"
          + " there already.";

  /** The same for a model that doesn't see its code again. */
  static final String ANSWER_NOW =
      "This code has run already, and its output is above. Don't run it again: answer the question"
          + " now, in words, from that output.";

  /** The last sentence of an answer that went round in circles. */
  static final String CUT =
      "(Cut here: the model repeated the same words again and again. Ask again, or in other words.)";

  /** {@code printed}: the code has printed numbers, though not these. */
  static String strangers(List<String> figures, boolean printed) {
    if (!printed) {
      return "Your code has printed none of these: "
          + String.join(", ", figures)
          + ". Write one ```python block that prints every figure of the answer, with print(…).";
    }
    return "These parts of your answer are in no output: "
        + String.join(", ", figures)
        + ". Answer again and copy numbers and names exactly as they were printed. If they were never"
        + " printed, write code that computes and prints them.";
  }

  static String rivals(List<String> figures) {
    return "Your answer says the same superlative of each of these: "
        + String.join(", ", figures)
        + ". Only one of them can be it. Answer again in short: say it of the right one only, as the"
        + " output has it, and of the others only their numbers.";
  }

  /** {@code shown}: the client has seen the answer up to the first of them. */
  static String dangling(List<String> paths, boolean shown) {
    return "Your answer links to "
        + String.join(", ", paths)
        + ", but there is no such file. "
        + (shown
            ? "The user has read your answer up to that link. Write the file with code, or do"
                + " without it; then go on from there, and do not repeat what has been read."
            : "Write the file with code, or answer again without the link.");
  }

  /** Stands below an answer whose figures were not found, with the output itself. */
  static String marked(List<String> figures, String output) {
    String note = "\n\n(Not found in the output of the code: " + String.join(", ", figures) + ".";
    if (output.isEmpty()) {
      return note + " No code was run for it.)";
    }
    return note + " The last output was:)\n\n```\n" + output.strip() + "\n```";
  }

  /** Stands below an answer that still contradicts itself. */
  static String contradicted(List<String> figures, String output) {
    return "\n\n(The answer contradicts itself: only one of "
        + String.join(", ", figures)
        + " can be it."
        + (output.isEmpty() ? ")" : " The output has it right.)" + added(output));
  }

  /** Stands below an answer that tells less than a short output does. */
  static String added(String output) {
    return "\n\nThe output:\n\n```\n" + output.strip() + "\n```";
  }

  /** Small models say again what they were told, in place of an answer. */
  static boolean isEcho(String answer) {
    String core = NO_OUTPUT.substring(1, NO_OUTPUT.length() - 1);
    return answer.contains(core.substring(0, core.indexOf('.')));
  }

  /** An answer that has no words, though no code was asked for any more. */
  static boolean isOnlyCode(String answer) {
    return FENCED.matcher(answer).replaceAll("").isBlank();
  }

  /** In place of an answer, when all that the model wrote has failed. */
  static String noAnswer(CallReport last) {
    return NoAnswer.SENTENCE + (last.error() == null ? "." : ", last with `" + last.error() + "`.");
  }

  /** The last sentence of a turn that met a limit. */
  static String limit(Ending why, TurnLimits limits) {
    return switch (why) {
      case STEPS ->
          "(Stopped after "
              + limits.maxSteps()
              + " steps, the most that one turn may take: `turn.max-steps`.)";
      case FAILURES ->
          "(Stopped after "
              + limits.maxFailures()
              + " failures in a row, the most that one turn may have: `turn.max-failures`.)";
      case REPEATS ->
          "(Stopped: the model repeated code that had already run instead of answering. Ask again, or"
              + " in other words.)";
      case TIME ->
          "(Stopped after "
              + seconds(limits.maxTime())
              + ", the longest that one turn may take: `turn.max-time`.)";
      case TOKENS, CONTENT_FILTER -> "";
    };
  }

  /** What the end of a cell that did not end by itself says; "" for the others. */
  static String verdict(CellResult result) {
    return switch (result.status()) {
      case OK, ERROR -> "";
      case INTERRUPTED -> "The cell was interrupted after " + seconds(result.elapsed()) + ".";
      case TIMEOUT ->
          "The cell was stopped after "
              + seconds(result.elapsed())
              + ", the longest that a cell may run. Do less at once, or save partial results.";
      case DIED -> {
        String reason = result.reason();
        yield reason == null ? "The Python process ended unexpectedly." : reason;
      }
    };
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0
        ? time.toSeconds() + " s"
        : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
