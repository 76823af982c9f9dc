package dev.sandglass.cli.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An attempt with what it lacks; solved when it lacks nothing. */
record Verdict(Attempt attempt, List<String> faults) {

  boolean solved() {
    return faults.isEmpty();
  }

  /** Judges every attempt that belongs to a question of the set, in the set's order. */
  static List<Verdict> of(QuestionSet set, List<Attempt> attempts) {
    Map<String, Attempt> byId = new LinkedHashMap<>();
    attempts.forEach(attempt -> byId.put(attempt.id(), attempt));
    List<Verdict> verdicts = new ArrayList<>();
    for (EvalQuestion question : set.questions()) {
      Attempt attempt = byId.get(question.id());
      if (attempt != null) {
        verdicts.add(
            new Verdict(attempt, Judge.faults(question, set.expectedOf(question), attempt)));
      }
    }
    return verdicts;
  }

  /**
   * The share of wrong pairs that pass: every answer held against the checks of every other
   * question. A judge worth its name gives next to nothing.
   */
  static double shareOfWrongPairs(QuestionSet set, List<Attempt> attempts) {
    int pairs = 0;
    int passed = 0;
    for (EvalQuestion question : set.questions()) {
      for (Attempt attempt : attempts) {
        if (!attempt.id().equals(question.id())) {
          pairs++;
          passed += Judge.faults(question, set.expectedOf(question), attempt).isEmpty() ? 1 : 0;
        }
      }
    }
    return pairs == 0 ? 0 : (double) passed / pairs;
  }
}
