package dev.sandglass.cli.eval;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A run in figures.
 *
 * @param share of the questions that were solved, 0 to 1
 */
record Score(
    int questions,
    int solved,
    double share,
    double meanSteps,
    double medianSteps,
    double meanSeconds,
    double medianSeconds) {

  static Score of(List<Verdict> verdicts) {
    int solved = (int) verdicts.stream().filter(Verdict::solved).count();
    return new Score(
        verdicts.size(),
        solved,
        verdicts.isEmpty() ? 0 : (double) solved / verdicts.size(),
        mean(verdicts, v -> v.attempt().steps()),
        median(verdicts, v -> v.attempt().steps()),
        mean(verdicts, v -> v.attempt().seconds()),
        median(verdicts, v -> v.attempt().seconds()));
  }

  private static double mean(List<Verdict> verdicts, ToDoubleFunction<Verdict> of) {
    return verdicts.stream().mapToDouble(of).average().orElse(0);
  }

  private static double median(List<Verdict> verdicts, ToDoubleFunction<Verdict> of) {
    double[] sorted = verdicts.stream().mapToDouble(of).sorted().toArray();
    int half = sorted.length / 2;
    if (sorted.length == 0) {
      return 0;
    }
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
