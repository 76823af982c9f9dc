package dev.sandglass.responses;

import dev.sandglass.common.SandglassException;
import dev.sandglass.container.CellOutcome;
import dev.sandglass.container.ContainerUse;
import dev.sandglass.model.ModelSession;
import dev.sandglass.model.ModelStep;
import dev.sandglass.model.ModelStep.Finish;
import dev.sandglass.model.ModelStep.PythonCall;
import dev.sandglass.model.ModelStep.Usage;
import dev.sandglass.model.StepRequest;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.responses.LoopPolicy.Ending;
import dev.sandglass.responses.LoopPolicy.Move;
import dev.sandglass.responses.TurnState.GiveBack;
import dev.sandglass.sandbox.CellResult;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The loop of a turn: asks the model, runs its code, gives back what happened, until there is an
 * answer or a limit is met. What comes next is {@link LoopPolicy}'s decision; this class does it.
 * For one thread, which may be interrupted.
 */
final class TurnLoop {

  /** The most images of one cell that the model is shown. */
  private static final int SEEN_IMAGES = 4;

  /** How a turn ended; {@code incompleteReason} for incomplete ones. */
  record End(ResponseStatus status, @Nullable String incompleteReason) {
    static final End COMPLETED = new End(ResponseStatus.COMPLETED, null);
  }

  /** What a loop works with. */
  record Parts(
      ResponseRequest request,
      ModelSession model,
      LoopPolicy policy,
      TurnLimits limits,
      Transcript transcript,
      OutputItems items,
      Workspace workspace,
      AnswerGate gate,
      boolean citeChanged,
      UnaryOperator<String> shorten) {}

  private final Parts p;
  private final TurnStop stop;
  private TurnState state = TurnState.START;
  private StepStream stream;
  private Usage usage = Usage.ZERO;
  private String wordsBeforeCode = "";
  private String lastError = "";
  private boolean circling; // the last words were cut, as they repeated themselves
  private CallReport lastReport = CallReport.failed(null);

  TurnLoop(Parts parts, TurnStop stop) {
    this.p = parts;
    this.stop = stop;
    this.stream = newStream(false);
  }

  End run() throws InterruptedException {
    while (true) {
      stop.check();
      switch (p.policy().next(state)) {
        case Move.Ask ask -> ask(ask);
        case Move.Run(var call) -> runCell(call);
        case Move.Refuse(var call) -> refuse(call);
        case Move.Remind(var call) -> remind(call);
        case Move.Skip(var call) -> skip(call);
        case Move.Return(var why) -> giveBack(why, TurnText.returned(why));
        case Move.Judge(var answer) -> {
          if (judge(answer)) {
            return End.COMPLETED;
          }
        }
        case Move.End(var why) -> {
          return end(why);
        }
      }
    }
  }

  /** Tokens of all steps. */
  Usage usage() {
    return usage;
  }

  /** Ends the turn with what there is, because its time is over. */
  End outOfTime() {
    MessageItem message = stream.takeMessage();
    if (message == null) {
      p.items().abandon();
      message = p.items().message();
      message.delta(lastOutput());
    } else {
      message.delta(stream.keptBack());
    }
    message.delta(separated(message, TurnText.limit(Ending.TIME, p.limits())));
    finish(message, "completed");
    return End.COMPLETED;
  }

  private void ask(Move.Ask ask) throws InterruptedException {
    stream = newStream(ask.python() != PythonChoice.NONE);
    circling = false;
    StepRequest request =
        new StepRequest(
            p.request().instructions(),
            p.transcript().entries(),
            ask.python(),
            ask.temperature(),
            p.request().topP(),
            ask.maxTokens(),
            p.request().extra());
    try {
      ModelStep step = p.model().step(request, stream);
      usage = usage.plus(step.usage());
      String answer = step.calls().isEmpty() ? step.text() : null;
      wordsBeforeCode = step.text();
      state = state.stepped(step.calls(), answer, step.finish(), step.usage().outputTokens());
    } catch (CutShort repeating) {
      circling = true;
      usage = usage.plus(new Usage(0, 0, stream.tokens(), 0));
      state = state.stepped(List.of(), stream.words(), Finish.STOP, stream.tokens());
    }
    if (state.pending().isEmpty()) {
      abandonCall();
    }
  }

  private void runCell(PythonCall call) throws InterruptedException {
    CallItem item = itemFor(call);
    item.interpreting();
    OutputAssembler out = new OutputAssembler(item::output, p.limits().maxImages());
    ContainerUse container = p.workspace().use();
    CellOutcome outcome;
    try {
      outcome = container.run(item.id(), call.code(), out);
    } catch (InterruptedException | SandglassException e) {
      boolean interrupted = e instanceof InterruptedException;
      CallItem.End how = interrupted ? CallItem.End.INCOMPLETE : CallItem.End.FAILED;
      item.finish(
          how, out.outputs(), TurnText.NOT_RUN_TO_END, CallReport.failed(TurnText.NOT_RUN_TO_END));
      container.acknowledge(item.id());
      throw e;
    }
    CellRecord record = CellRecord.of(out, outcome, p.workspace()::display, p.shorten());
    item.finish(record);
    container.acknowledge(item.id());
    String seen = record.seen();
    boolean ok = outcome.result().status() == CellResult.Status.OK;
    if (!ok) {
      lastError = seen;
      lastReport = record.report();
    }
    p.gate().sawOutput(call.code(), out.printed(), out.shown());
    List<byte[]> images = out.pngs().stream().limit(SEEN_IMAGES).toList();
    p.transcript().ran(call.callId(), takeWords(), call.code(), seen, !ok, images);
    state = state.ran(ok);
    sayLateWords();
  }

  private void refuse(PythonCall call) {
    dontRun(call, TurnText.refused(lastError), TurnText.startAgain(lastError));
    state = state.refused();
    sayLateWords();
  }

  private void remind(PythonCall call) {
    dontRun(call, TurnText.RAN_ALREADY, TurnText.ANSWER_NOW);
    state = state.repeated();
    sayLateWords();
  }

  private void dontRun(PythonCall call, String why, String note) {
    CallItem item = itemFor(call);
    item.finish(
        CallItem.End.INCOMPLETE,
        List.of(OutputAssembler.logs(why)),
        why,
        CallReport.failed(why.lines().findFirst().orElse(why)));
    p.transcript().refused(call.callId(), takeWords(), call.code(), why, note);
  }

  private void skip(PythonCall call) {
    String why = TurnText.SKIPPED;
    p.transcript().ran(call.callId(), takeWords(), call.code(), why, true, List.of());
    state = state.skipped();
  }

  /** True if the answer went out. */
  private boolean judge(String answer) {
    Workspace w = p.workspace();
    boolean drawn = ChartWish.isMet(w.displayed(), w.changed());
    AnswerGate.Verdict verdict = p.gate().judge(answer, drawn, w::fileAt);
    GiveBack back = p.policy().returned(state, verdict);
    if (back != null) {
      giveBack(
          back,
          switch (back) {
            case LINKS -> TurnText.dangling(verdict.dangling(), !p.gate().holds());
            case RIVALS -> TurnText.rivals(verdict.rivals());
            case FIGURES -> TurnText.strangers(verdict.strangers(), p.gate().printedFigures());
            default -> TurnText.returned(back);
          });
      return false;
    }
    Ending met = p.policy().met(state);
    if (met == Ending.FAILURES && p.gate().holds() && TurnText.isOnlyCode(answer)) {
      end(met);
      return true;
    }
    MessageItem message = messageFor(answer);
    if (!verdict.strangers().isEmpty()) {
      message.delta(TurnText.marked(verdict.strangers(), p.shorten().apply(p.gate().lastOutput())));
    } else if (!verdict.rivals().isEmpty()) {
      String output = p.shorten().apply(p.gate().lastOutput());
      message.delta(TurnText.contradicted(verdict.rivals(), output));
    } else if (p.gate().leavesOut(answer)) {
      message.delta(TurnText.added(p.gate().lastOutput()));
    }
    if (circling) {
      message.delta(separated(message, TurnText.CUT));
    }
    if (met != null) {
      message.delta(separated(message, TurnText.limit(met, p.limits())));
    }
    finish(message, "completed");
    return true;
  }

  private void giveBack(GiveBack why, String text) {
    String answer = state.answer();
    MessageItem shown = stream.takeMessage();
    if (shown != null) {
      shown.finish("completed", List.of());
    }
    p.transcript().gaveBack(answer == null ? "" : answer, text);
    state = state.gaveBack(why);
  }

  private End end(Ending why) {
    return switch (why) {
      case STEPS, FAILURES, REPEATS, TIME -> {
        abandonCall();
        MessageItem message = p.items().message();
        message.delta(lastOutput());
        if (why == Ending.FAILURES) {
          message.delta(separated(message, TurnText.noAnswer(lastReport)));
        }
        message.delta(separated(message, TurnText.limit(why, p.limits())));
        finish(message, "completed");
        yield End.COMPLETED;
      }
      case TOKENS -> cut("max_output_tokens");
      case CONTENT_FILTER -> cut("content_filter");
    };
  }

  private End cut(String reason) {
    abandonCall();
    String answer = state.answer();
    if (answer != null && !answer.isBlank()) {
      finish(messageFor(answer), "incomplete");
    }
    return new End(ResponseStatus.INCOMPLETE, reason);
  }

  /** Ends an item whose code is not going to be run. */
  private void abandonCall() {
    CallItem call = stream.takeCall();
    if (call != null) {
      call.abandon();
    }
  }

  private CallItem itemFor(PythonCall call) {
    CallItem streamed = stream.takeCall();
    CallItem item = streamed != null ? streamed : p.items().call(p.workspace().idForCode());
    item.codeDone(call.code());
    return item;
  }

  private MessageItem messageFor(String answer) {
    MessageItem streamed = stream.takeMessage();
    if (streamed != null) {
      streamed.delta(stream.keptBack());
      return streamed;
    }
    MessageItem message = p.items().message();
    message.delta(answer);
    return message;
  }

  private void finish(MessageItem message, String status) {
    Workspace w = p.workspace();
    message.finish(
        status,
        Citations.of(
            message.text(), w.displayed(), p.citeChanged() ? w.changed() : List.of(), w::fileAt));
  }

  /** Words that came after code go out once it has been run; small models make up outputs there. */
  private void sayLateWords() {
    String late = stream.lateWords();
    if (state.pending().isEmpty() && !late.isBlank() && !p.gate().holds()) {
      MessageItem message = p.items().message();
      message.delta(late.strip());
      message.finish("completed", List.of());
    }
  }

  private String takeWords() {
    String words = wordsBeforeCode;
    wordsBeforeCode = "";
    return words;
  }

  private String lastOutput() {
    String output = p.gate().lastOutput();
    return output.isBlank()
        ? ""
        : "The last output was:\n\n```\n" + p.shorten().apply(output).strip() + "\n```";
  }

  private StepStream newStream(boolean codeAllowed) {
    LinkHold links =
        p.policy().mayReturnLinks(state)
            ? new LinkHold(text -> Citations.dangling(text, p.workspace()::fileAt).isEmpty())
            : null;
    return new StepStream(
        p.items(), p.workspace()::idForCode, p.gate().holds(), links, codeAllowed);
  }

  private static String separated(MessageItem message, String text) {
    return message.text().isBlank() ? text : "\n\n" + text;
  }
}
