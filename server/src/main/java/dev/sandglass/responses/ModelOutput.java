package dev.sandglass.responses;

import dev.sandglass.config.Config;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

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
    OutputCut cut = new OutputCut(Math.toIntExact(turn.modelOutput().bytes()));
    return text -> cut.apply(NOISE.matcher(text).replaceAll(""));
  }
}
