package dev.sandglass.responses;

import dev.sandglass.container.ContainerFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds a model's answer against what is so: its links against the files, and, for small models,
 * its figures against the outputs. Knows what was printed in the turn; for one thread.
 */
final class AnswerGate {

  /**
   * What was found wrong with an answer.
   *
   * @param strangers figures that stand in no output
   * @param rivals figures that are called the highest, or the like, though only one can be
   * @param dangling links that lead nowhere
   * @param chartless a chart was asked for and there is none
   */
  record Verdict(
      List<String> strangers, List<String> rivals, List<String> dangling, boolean chartless) {}

  private final @Nullable Figures figures;
  private final List<String> sources;
  private final boolean wantsChart;
  private @Nullable String lastPrinted;
  private @Nullable String lastOutput;

  /**
   * A gate for one turn.
   *
   * @param figures null: figures are let through unseen
   * @param sources what the answer may have its figures from, besides the turn's outputs
   * @param wantsChart whether there must be a chart
   */
  AnswerGate(@Nullable Figures figures, List<String> sources, boolean wantsChart) {
    this.wantsChart = wantsChart;
    this.figures = figures;
    this.sources = new ArrayList<>(sources);
  }

  /** Whether words must wait until they are judged. */
  boolean holds() {
    return figures != null;
  }

  /**
   * A cell printed this; the code is a source as well, for what it names but doesn't print.
   *
   * @param printed with what is told of images: figures may be taken from there
   * @param shown without, as a client may see it
   */
  void sawOutput(String code, String printed, String shown) {
    sources.add(code);
    if (!printed.isBlank()) {
      sources.add(printed);
      lastPrinted = printed;
    }
    if (!shown.isBlank()) {
      lastOutput = shown;
    }
  }

  /**
   * @param drawn whether there is a chart
   */
  Verdict judge(String answer, boolean drawn, Function<String, Optional<ContainerFile>> fileAt) {
    List<String> strangers = figures == null ? List.of() : figures.strangers(answer, sources);
    List<String> rivals = figures == null ? List.of() : Superlatives.rivals(answer);
    return new Verdict(strangers, rivals, Citations.dangling(answer, fileAt), wantsChart && !drawn);
  }

  /** Small models lose figures on the way from the output to the answer. */
  boolean leavesOut(String answer) {
    return figures != null && lastOutput != null && figures.leavesOut(answer, lastOutput);
  }

  /** Whether the last cell that printed anything printed a number. */
  boolean printedFigures() {
    return lastPrinted != null && !Figure.in(lastPrinted).isEmpty();
  }

  /** What the last cell that printed anything printed; "" if none did. */
  String lastOutput() {
    return lastOutput == null ? "" : lastOutput;
  }
}
