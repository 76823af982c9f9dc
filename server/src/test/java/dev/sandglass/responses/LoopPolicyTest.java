package dev.sandglass.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.model.Dialect;
import dev.sandglass.model.ModelStep.Finish;
import dev.sandglass.model.ModelStep.PythonCall;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.responses.LoopPolicy.Ending;
import dev.sandglass.responses.LoopPolicy.Move;
import dev.sandglass.responses.TurnState.GiveBack;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoopPolicyTest {

  private static final LoopPolicy POLICY = policy(Dialect.TOOLS, PythonChoice.AUTO, null);

  @Test
  void theFirstMoveIsToAsk() {
    assertThat(POLICY.next(TurnState.START)).isEqualTo(new Move.Ask(PythonChoice.AUTO, null, null));
  }

  @Test
  void aClientsTokenLimitIsPassedOnAndShrinks() {
    LoopPolicy policy =
        new LoopPolicy(Dialect.TOOLS, PythonChoice.AUTO, null, 100, true, 5, 4, 0.7);
    TurnState later = called(TurnState.START, "a").ran(true);
    assertThat(policy.next(later)).isEqualTo(new Move.Ask(PythonChoice.AUTO, 0.7, 93L));
  }

  @Test
  void requiredHoldsForTheFirstCallOnly() {
    LoopPolicy policy = policy(Dialect.TOOLS, PythonChoice.REQUIRED, null);
    TurnState later = called(TurnState.START, "a").ran(true);
    assertThat(((Move.Ask) policy.next(TurnState.START)).python()).isEqualTo(PythonChoice.REQUIRED);
    assertThat(((Move.Ask) policy.next(later)).python()).isEqualTo(PythonChoice.AUTO);
  }

  @Test
  void theSameFailingCodeIsRefused() {
    TurnState failed = called(TurnState.START, "x = 1\nprint(y)").ran(false);
    TurnState again = called(failed, "# try again\nx = 1\n\nprint(y)  ");
    assertThat(POLICY.next(again)).isInstanceOf(Move.Refuse.class);
    TurnState changed = called(called(failed, "y = 2").ran(true), "x = 1\nprint(y)");
    assertThat(POLICY.next(changed)).isInstanceOf(Move.Run.class);
  }

  @Test
  void smallModelsAreToldOnceThatTheirCodeHasRunAndThenTheTurnEnds() {
    LoopPolicy small = policy(Dialect.BLOCKS, PythonChoice.AUTO, null);
    TurnState ran = called(TurnState.START, "print(1)").ran(true);
    TurnState again = called(ran, "# once more\nprint(1)");
    assertThat(small.next(again)).isInstanceOf(Move.Remind.class);
    assertThat(POLICY.next(again)).isInstanceOf(Move.Run.class);
    TurnState told = again.repeated();
    assertThat(small.next(told)).isEqualTo(new Move.Ask(PythonChoice.AUTO, 0.3, null));
    assertThat(small.next(worded(told))).isEqualTo(new Move.Judge("words"));
    assertThat(small.next(called(told, "print(1)"))).isEqualTo(new Move.End(Ending.REPEATS));
    TurnState other = called(told, "print(2)").ran(true);
    assertThat(small.next(called(other, "print(1)"))).isInstanceOf(Move.Run.class);
    assertThat(small.next(called(other, "print(2)"))).isInstanceOf(Move.Remind.class);
  }

  @Test
  void whatTheModelWasToldIsNoAnswer() {
    TurnState ran = called(TurnState.START, "x = 1").ran(true);
    TurnState echoed = ran.stepped(List.of(), TurnText.NO_OUTPUT, Finish.STOP, 7);
    assertThat(POLICY.next(echoed)).isEqualTo(new Move.Return(GiveBack.EMPTY));
  }

  @Test
  void smallModelsMayNotAnswerFromAFailedCell() {
    LoopPolicy small = policy(Dialect.BLOCKS, PythonChoice.AUTO, null);
    TurnState answered = worded(called(TurnState.START, "a").ran(false));
    assertThat(small.next(answered)).isEqualTo(new Move.Return(GiveBack.UNREPAIRED));
    TurnState insists = worded(answered.gaveBack(GiveBack.UNREPAIRED));
    assertThat(small.next(insists)).isEqualTo(new Move.Judge("words"));
    assertThat(POLICY.next(answered)).isEqualTo(new Move.Judge("words"));
  }

  @Test
  void tooManyFailuresInARowEndInWords() {
    LoopPolicy small = policy(Dialect.BLOCKS, PythonChoice.AUTO, null);
    TurnState s = TurnState.START;
    for (int i = 0; i < 3; i++) {
      s = called(s, "a" + i).ran(false);
    }
    assertThat(((Move.Ask) small.next(s)).python()).isEqualTo(PythonChoice.AUTO);
    assertThat(small.met(s)).isNull();
    TurnState over = s.stepped(List.of(call("a")), null, Finish.STOP, 7).refused();
    LoopPolicy patient =
        new LoopPolicy(Dialect.BLOCKS, PythonChoice.AUTO, null, 10_000, false, 9, 4, null);
    assertThat(((Move.Ask) patient.next(over)).python()).isEqualTo(PythonChoice.NONE);
    assertThat(patient.next(worded(over))).isEqualTo(new Move.Judge("words"));
    assertThat(patient.met(worded(over))).isEqualTo(Ending.FAILURES);
  }

  @Test
  void smallModelsMustLookIntoNewFiles() {
    ResponseRequest request = TurnBench.ask("?").build();
    TurnLimits limits = new TurnLimits(5, 4, Duration.ofMinutes(1), 100, 100, 50, 500);
    assertThat(LoopPolicy.of(request, Dialect.BLOCKS, limits, true).choice())
        .isEqualTo(PythonChoice.REQUIRED);
    assertThat(LoopPolicy.of(request, Dialect.BLOCKS, limits, false).choice())
        .isEqualTo(PythonChoice.AUTO);
    assertThat(LoopPolicy.of(request, Dialect.TOOLS, limits, true).choice())
        .isEqualTo(PythonChoice.AUTO);
  }

  @Test
  void anAnswerFromAFailedCellStandsWhenNoMoreCodeMayRun() {
    LoopPolicy single = policy(Dialect.BLOCKS, PythonChoice.AUTO, 1);
    assertThat(single.next(worded(called(TurnState.START, "a").ran(false))))
        .isEqualTo(new Move.Judge("words"));
  }

  @Test
  void usedUpTokensEndTheTurn() {
    LoopPolicy policy =
        new LoopPolicy(Dialect.TOOLS, PythonChoice.AUTO, null, 7, false, 5, 4, null);
    assertThat(policy.next(called(TurnState.START, "a").ran(true)))
        .isEqualTo(new Move.End(Ending.TOKENS));
  }

  /** Whatever a model does, a turn ends, and asks no more often than it may. */
  @Test
  void everyTurnEnds() {
    Random random = new Random(42);
    for (int round = 0; round < 20_000; round++) {
      PythonChoice choice = PythonChoice.values()[random.nextInt(3)];
      Dialect dialect = Dialect.values()[random.nextInt(2)];
      Integer maxCalls = random.nextBoolean() ? 1 + random.nextInt(4) : null;
      LoopPolicy policy = policy(dialect, choice, maxCalls);
      TurnState s = TurnState.START;
      boolean over = false;
      for (int move = 0; move < 200 && !over; move++) {
        switch (policy.next(s)) {
          case Move.Ask _ -> s = anything(s, random);
          case Move.Run _ -> s = s.ran(random.nextBoolean());
          case Move.Refuse _ -> s = s.refused();
          case Move.Remind _ -> s = s.repeated();
          case Move.Skip _ -> s = s.skipped();
          case Move.Return(var why) -> s = s.gaveBack(why);
          case Move.Judge _ -> {
            var verdict =
                new AnswerGate.Verdict(
                    random.nextBoolean() ? List.of("7") : List.of(),
                    random.nextBoolean() ? List.of("7", "8") : List.of(),
                    random.nextBoolean() ? List.of("/mnt/data/x") : List.of(),
                    random.nextBoolean());
            var why = policy.returned(s, verdict);
            over = why == null;
            s = why == null ? s : s.gaveBack(why);
          }
          case Move.End _ -> over = true;
        }
        assertThat(s.steps()).isLessThanOrEqualTo(5);
        assertThat(maxCalls == null || s.cells() <= maxCalls).isTrue();
      }
      assertThat(over).as("round %d", round).isTrue();
    }
  }

  private static TurnState anything(TurnState s, Random random) {
    Finish finish = random.nextInt(10) == 0 ? Finish.LENGTH : Finish.STOP;
    if (random.nextBoolean()) {
      return s.stepped(List.of(), random.nextBoolean() ? "" : "words", finish, 7);
    }
    List<PythonCall> calls =
        random.ints(1 + random.nextInt(3), 0, 3).mapToObj(i -> call("code" + i)).toList();
    return s.stepped(calls, null, finish, 7);
  }

  private static TurnState called(TurnState s, String code) {
    return s.stepped(List.of(call(code)), null, Finish.STOP, 7);
  }

  private static TurnState worded(TurnState s) {
    return s.stepped(List.of(), "words", Finish.STOP, 7);
  }

  private static PythonCall call(String code) {
    return new PythonCall("call_1", code);
  }

  private static LoopPolicy policy(
      Dialect dialect, PythonChoice choice, @Nullable Integer maxCalls) {
    return new LoopPolicy(dialect, choice, maxCalls, 10_000, false, 5, 4, null);
  }

  @Test
  void whatIsGivenBackIsGivenBackOnce() {
    TurnState s =
        TurnState.START
            .stepped(List.of(), "7", Finish.STOP, 1)
            .gaveBack(GiveBack.FIGURES)
            .stepped(List.of(), "7", Finish.STOP, 1);
    assertThat(
            POLICY.returned(s, new AnswerGate.Verdict(List.of("7"), List.of(), List.of(), false)))
        .isNull();
    assertThat(s.given()).isEqualTo(Set.of(GiveBack.FIGURES));
  }
}
