package dev.sandglass.responses;

import dev.sandglass.model.Dialect;
import dev.sandglass.model.ModelStep.Finish;
import dev.sandglass.model.ModelStep.PythonCall;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.responses.TurnState.GiveBack;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a turn does next. A pure function of the state; doing it is {@link TurnLoop}'s
 * business.
 *
 * @param choice whether the first step may or must use code
 * @param maxToolCalls null: only the limit of steps counts
 * @param maxTokens the most that the model may write in the turn
 * @param clientTokens true if that limit is the client's, so that it is passed on
 * @param temperature the client's, or null
 */
record LoopPolicy(
    Dialect dialect,
    PythonChoice choice,
    @Nullable Integer maxToolCalls,
    long maxTokens,
    boolean clientTokens,
    int maxSteps,
    int maxFailures,
    @Nullable Double temperature) {

  /** How often a model is told that its code has run already; then the turn ends. */
  private static final int REMINDERS = 1;

  /** What to do next. */
  sealed interface Move {
    /** Ask the model. */
    record Ask(PythonChoice python, @Nullable Double temperature, @Nullable Long maxTokens)
        implements Move {}

    /** Run the first pending call. */
    record Run(PythonCall call) implements Move {}

    /** Tell the model that the first pending call has failed before. */
    record Refuse(PythonCall call) implements Move {}

    /** Tell the model that the first pending call has just run, and that its output is there. */
    record Remind(PythonCall call) implements Move {}

    /** Leave out the first pending call: no more calls are allowed. */
    record Skip(PythonCall call) implements Move {}

    /** Give the answer back to the model. */
    record Return(GiveBack why) implements Move {}

    /** Look whether the answer holds, and let it out. */
    record Judge(String answer) implements Move {}

    /** End without an answer of the model's, or with one that is cut. */
    record End(Ending why) implements Move {}
  }

  /** Why a turn ended early. */
  enum Ending {
    TOKENS,
    CONTENT_FILTER,
    STEPS,
    FAILURES,
    REPEATS,
    TIME
  }

  /**
   * {@code unread}: there are files that no code has looked into. Small models make up what is in
   * them unless they must look.
   */
  static LoopPolicy of(
      ResponseRequest request, Dialect dialect, TurnLimits limits, boolean unread) {
    Long asked = request.maxOutputTokens();
    PythonChoice choice = request.tool() == null ? PythonChoice.NONE : request.toolChoice();
    boolean mustLook = dialect == Dialect.BLOCKS && unread && choice == PythonChoice.AUTO;
    return new LoopPolicy(
        dialect,
        mustLook ? PythonChoice.REQUIRED : choice,
        request.maxToolCalls(),
        asked == null ? limits.maxOutputTokens() : asked,
        asked != null,
        limits.maxSteps(),
        limits.maxFailures(),
        request.temperature());
  }

  Move next(TurnState s) {
    if (!s.pending().isEmpty()) {
      return code(s, s.pending().getFirst());
    }
    String answer = s.answer();
    if (answer != null) {
      return words(s, answer);
    }
    if (s.outputTokens() >= maxTokens) {
      return new Move.End(Ending.TOKENS);
    }
    if (s.steps() >= maxSteps) {
      return new Move.End(Ending.STEPS);
    }
    Long left = clientTokens ? (Long) (maxTokens - s.outputTokens()) : null;
    Double warmth = RepairPolicy.temperature(temperature, dialect, s.failuresInRow() + s.repeats());
    return new Move.Ask(python(s), warmth, left);
  }

  private Move code(TurnState s, PythonCall call) {
    if (s.finish() == Finish.LENGTH) {
      return new Move.End(Ending.TOKENS);
    }
    if (s.finish() == Finish.CONTENT_FILTER) {
      return new Move.End(Ending.CONTENT_FILTER);
    }
    if (choice == PythonChoice.NONE || callsUsedUp(s)) {
      return new Move.Skip(call);
    }
    if (s.failed().contains(RepairPolicy.fingerprint(call.code()))) {
      return new Move.Refuse(call);
    }
    if (justRan(s, call)) {
      return s.repeats() < REMINDERS ? new Move.Remind(call) : new Move.End(Ending.REPEATS);
    }
    return new Move.Run(call);
  }

  /**
   * Small models that don't know how to go on write their last code again, which changes nothing.
   */
  private boolean justRan(TurnState s, PythonCall call) {
    return dialect == Dialect.BLOCKS && RepairPolicy.fingerprint(call.code()).equals(s.ranWell());
  }

  private Move words(TurnState s, String answer) {
    if (s.finish() == Finish.LENGTH) {
      return new Move.End(Ending.TOKENS);
    }
    if (s.finish() == Finish.CONTENT_FILTER) {
      return new Move.End(Ending.CONTENT_FILTER);
    }
    boolean mayAsk = mayAskAgain(s);
    if (choice == PythonChoice.REQUIRED && s.cells() == 0 && mayAsk && fresh(s, GiveBack.NO_CODE)) {
      return new Move.Return(GiveBack.NO_CODE);
    }
    if ((answer.isBlank() || TurnText.isEcho(answer)) && mayAsk && fresh(s, GiveBack.EMPTY)) {
      return new Move.Return(GiveBack.EMPTY);
    }
    if (unrepaired(s) && mayAsk && fresh(s, GiveBack.UNREPAIRED)) {
      return new Move.Return(GiveBack.UNREPAIRED);
    }
    return new Move.Judge(answer);
  }

  /** Small models take what a cell printed before it failed for the whole answer. */
  private boolean unrepaired(TurnState s) {
    return dialect == Dialect.BLOCKS
        && s.failuresInRow() > 0
        && s.failuresInRow() < maxFailures
        && !callsUsedUp(s);
  }

  /** What to do with an answer whose figures or links don't hold; null: let it out. */
  @Nullable GiveBack returned(TurnState s, AnswerGate.Verdict verdict) {
    if (!mayAskAgain(s)) {
      return null;
    }
    if (verdict.chartless() && !callsUsedUp(s) && fresh(s, GiveBack.NO_CHART)) {
      return GiveBack.NO_CHART;
    }
    if (!verdict.dangling().isEmpty() && fresh(s, GiveBack.LINKS)) {
      return GiveBack.LINKS;
    }
    if (!verdict.strangers().isEmpty() && fresh(s, GiveBack.FIGURES)) {
      return GiveBack.FIGURES;
    }
    if (!verdict.rivals().isEmpty() && fresh(s, GiveBack.RIVALS)) {
      return GiveBack.RIVALS;
    }
    return null;
  }

  /** Whether an answer of the next step may still go back because of its links. */
  boolean mayReturnLinks(TurnState s) {
    return fresh(s, GiveBack.LINKS) && s.steps() + 1 < maxSteps;
  }

  /** The limit that has made the answer the last step, which says so; or null. */
  @Nullable Ending met(TurnState s) {
    if (s.steps() >= maxSteps) {
      return Ending.STEPS;
    }
    return s.failuresInRow() >= maxFailures ? Ending.FAILURES : null;
  }

  private boolean mayAskAgain(TurnState s) {
    return s.steps() < maxSteps && s.outputTokens() < maxTokens;
  }

  private static boolean fresh(TurnState s, GiveBack why) {
    return !s.given().contains(why);
  }

  private PythonChoice python(TurnState s) {
    boolean mustConclude =
        (s.steps() == maxSteps - 1 && s.steps() > 0) || s.failuresInRow() >= maxFailures;
    if (choice == PythonChoice.NONE || callsUsedUp(s) || mustConclude) {
      return PythonChoice.NONE;
    }
    return s.cells() == 0 && s.failuresInRow() == 0 ? choice : PythonChoice.AUTO;
  }

  private boolean callsUsedUp(TurnState s) {
    return maxToolCalls != null && s.cells() >= maxToolCalls;
  }
}
