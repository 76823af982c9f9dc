package dev.sandglass.model;

import dev.sandglass.model.ChatListener.ToolCallDelta;
import dev.sandglass.model.ModelStep.PythonCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives the code of tool calls to a listener one call after the other, even if an endpoint mixes
 * the pieces of parallel calls: the first unfinished call is streamed, later ones wait. Whatever
 * name a model gives the function, there is only one. Not thread-safe.
 */
final class ToolCallStream {

  private final class Call {
    private final StringBuilder waiting = new StringBuilder();
    private final ArgumentDecoder decoder = new ArgumentDecoder(this::code);
    private @Nullable String id;
    private boolean begun;

    private void code(String delta) {
      if (!begun) {
        begun = true;
        listener.onCodeStart();
      }
      listener.onCode(delta);
    }
  }

  private final StepListener listener;
  private final List<Call> calls = new ArrayList<>();
  private int current;

  ToolCallStream(StepListener listener) {
    this.listener = listener;
  }

  void accept(ToolCallDelta delta) {
    while (calls.size() <= delta.ordinal()) {
      calls.add(new Call());
    }
    Call call = calls.get(delta.ordinal());
    call.id = delta.id() == null ? call.id : delta.id();
    call.waiting.append(delta.arguments());
    if (delta.ordinal() == current) {
      drain(call);
    }
  }

  private void drain(Call call) {
    call.decoder.feed(call.waiting.toString());
    call.waiting.setLength(0);
  }

  /** All calls, whole. */
  List<PythonCall> finish() {
    List<PythonCall> all = new ArrayList<>();
    for (Call call : calls) {
      drain(call);
      String code = call.decoder.finish();
      all.add(new PythonCall(call.id == null ? ToolsSession.madeUpId() : call.id, code));
      current++;
    }
    return all;
  }
}
