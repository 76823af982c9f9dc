package dev.sandglass.responses;

import dev.sandglass.config.Config;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Cuts a cell's output to what a model is shown: head and tail with a line between that says how
 * much is left out. Pure.
 */
public final class ModelOutput {

  /**
   * What Python's warnings module prints about the library's future: noise to a model, and its
   * second line repeats the code.
   */
  private static final Pattern NOISE =
      Pattern.compile(
          "(?m)^.*\\b(?:Deprecation|PendingDeprecation|Future|User|Runtime|Performance)Warning:.*\\n?(?:^  .*\\n?)?");

  private ModelOutput() {}

  /** The function for a configuration. */
  public static UnaryOperator<String> shortener(Config.Turn turn) {
    int limit = Math.toIntExact(turn.modelOutput().bytes());
    return text -> shorten(text, limit);
  }

  static String shorten(String text, int limit) {
    String quiet = NOISE.matcher(text).replaceAll("");
    String lines = quiet.lines().map(String::stripTrailing).collect(Collectors.joining("\n"));
    if (lines.length() <= limit) {
      return lines;
    }
    int head = limit * 2 / 3;
    int tail = limit - head;
    return lines.substring(0, head)
        + String.format(
            Locale.ROOT,
            "\n… [%,d of %,d characters left out] …\n",
            lines.length() - limit,
            lines.length())
        + lines.substring(lines.length() - tail);
  }
}
