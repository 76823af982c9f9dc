package dev.sandglass.responses;

import dev.sandglass.model.ModelStep.Finish;
import dev.sandglass.model.ModelStep.PythonCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a turn's loop is: everything that {@link LoopPolicy} decides on. Immutable.
 *
 * @param steps how often the model was asked
 * @param cells how many cells were run
 * @param outputTokens what the model wrote so far
 * @param failuresInRow cells that failed, or were refused, since the last that went well
 * @param failed fingerprints of the code that failed since the last cell that went well: until then
 *     neither files nor variables have changed, as far as anybody can tell
 * @param ranWell fingerprint of the cell that was run last, if it went well; else null
 * @param repeats how often the model has written that code again since
 * @param pending code still to be run, in order
 * @param answer the model's words when it has written no code, or null
 * @param finish why the last step stopped
 * @param given what was given back to the model already; each only once
 */
record TurnState(
    int steps,
    int cells,
    long outputTokens,
    int failuresInRow,
    Set<String> failed,
    @Nullable String ranWell,
    int repeats,
    List<PythonCall> pending,
    @Nullable String answer,
    Finish finish,
    Set<GiveBack> given) {

  /** Why an answer went back to the model. */
  enum GiveBack {
    /** Code was required, words came. */
    NO_CODE,
    /** Nothing came. */
    EMPTY,
    /** The last code failed and was not repaired. */
    UNREPAIRED,
    /** A chart was asked for, and none was drawn. */
    NO_CHART,
    FIGURES,
    /** Several things are called the highest. */
    RIVALS,
    LINKS
  }

  static final TurnState START =
      new TurnState(0, 0, 0, 0, Set.of(), null, 0, List.of(), null, Finish.STOP, Set.of());

  TurnState stepped(List<PythonCall> calls, @Nullable String words, Finish how, long stepTokens) {
    return new TurnState(
        steps + 1,
        cells,
        outputTokens + stepTokens,
        failuresInRow,
        failed,
        ranWell,
        repeats,
        List.copyOf(calls),
        words,
        how,
        given);
  }

  /** The first pending call was run. */
  TurnState ran(boolean ok) {
    String code = RepairPolicy.fingerprint(pending.getFirst().code());
    Set<String> nowFailed = new HashSet<>();
    if (!ok) {
      nowFailed.addAll(failed);
      nowFailed.add(code);
    }
    int failures = ok ? 0 : failuresInRow + 1;
    return new TurnState(
        steps,
        cells + 1,
        outputTokens,
        failures,
        Set.copyOf(nowFailed),
        ok ? code : null,
        0,
        rest(),
        null,
        finish,
        given);
  }

  /** The first pending call was not run because it had failed before. */
  TurnState refused() {
    return with(failuresInRow + 1, repeats, rest(), given);
  }

  /** The first pending call was not run because it had just been, and went well. */
  TurnState repeated() {
    return with(failuresInRow, repeats + 1, rest(), given);
  }

  /** The first pending call was left out. */
  TurnState skipped() {
    return with(failuresInRow, repeats, rest(), given);
  }

  /** The answer went back to the model. */
  TurnState gaveBack(GiveBack why) {
    Set<GiveBack> all = new HashSet<>(given);
    all.add(why);
    return with(failuresInRow, repeats, pending, Set.copyOf(all));
  }

  /** The same without an answer, and with these. */
  private TurnState with(int failures, int again, List<PythonCall> calls, Set<GiveBack> gaveBack) {
    return new TurnState(
        steps,
        cells,
        outputTokens,
        failures,
        failed,
        ranWell,
        again,
        calls,
        null,
        finish,
        gaveBack);
  }

  private List<PythonCall> rest() {
    return new ArrayList<>(pending.subList(1, pending.size()));
  }
}
