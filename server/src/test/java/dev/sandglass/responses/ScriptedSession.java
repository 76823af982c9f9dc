package dev.sandglass.responses;

import dev.sandglass.model.Dialect;
import dev.sandglass.model.ModelSession;
import dev.sandglass.model.ModelStep;
import dev.sandglass.model.ModelStep.Finish;
import dev.sandglass.model.ModelStep.PythonCall;
import dev.sandglass.model.ModelStep.Usage;
import dev.sandglass.model.Models;
import dev.sandglass.model.StepListener;
import dev.sandglass.model.StepRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A model that plays steps in order and keeps what it was asked. */
final class ScriptedSession implements ModelSession, Models {

  interface Step {
    ModelStep play(StepRequest request, StepListener listener) throws InterruptedException;
  }

  private static final Usage USAGE = new Usage(10, 0, 5, 0);

  final List<StepRequest> requests = new ArrayList<>();
  private final Dialect dialect;
  private final Deque<Step> steps = new ArrayDeque<>();

  ScriptedSession(Dialect dialect, Step... steps) {
    this.dialect = dialect;
    this.steps.addAll(List.of(steps));
  }

  static Step text(String text) {
    return text(text, Finish.STOP);
  }

  static Step text(String text, Finish finish) {
    return (request, listener) -> {
      for (int i = 0; i < text.length(); i += 3) {
        listener.onText(text.substring(i, Math.min(i + 3, text.length())));
      }
      return new ModelStep(text, List.of(), finish, USAGE);
    };
  }

  static Step code(String... codes) {
    return codeAfter("", Finish.STOP, codes);
  }

  static Step codeAfter(String words, Finish finish, String... codes) {
    return (request, listener) -> {
      if (!words.isEmpty()) {
        listener.onText(words);
      }
      List<PythonCall> calls = new ArrayList<>();
      for (String code : codes) {
        listener.onCodeStart();
        for (int i = 0; i < code.length(); i += 4) {
          listener.onCode(code.substring(i, Math.min(i + 4, code.length())));
        }
        calls.add(new PythonCall("call_" + calls.size(), code));
      }
      return new ModelStep(words, calls, finish, USAGE);
    };
  }

  @Override
  public ModelStep step(StepRequest request, StepListener listener) throws InterruptedException {
    requests.add(request);
    Step step = steps.poll();
    if (step == null) {
      throw new AssertionError("the model was asked once more than the script has steps");
    }
    return step.play(request, listener);
  }

  @Override
  public String modelName() {
    return "scripted-1";
  }

  @Override
  public Dialect dialect() {
    return dialect;
  }

  @Override
  public ModelSession forName(String requested) {
    return this;
  }

  @Override
  public List<Available> available() {
    return List.of();
  }
}
