package dev.sandglass.model;

import dev.sandglass.common.Ids;
import dev.sandglass.model.ModelStep.PythonCall;
import dev.sandglass.model.StepRequest.PythonChoice;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The dialect of native function calling: one function, {@code python}. Thread-safe. */
final class ToolsSession implements ModelSession {

  static final String TOOL = "python";

  private final ChatClient client;
  private final Upstream upstream;
  private final String model;

  ToolsSession(ChatClient client, Upstream upstream, String model) {
    this.client = client;
    this.upstream = upstream;
    this.model = model;
  }

  @Override
  public String modelName() {
    return model;
  }

  @Override
  public Dialect dialect() {
    return Dialect.TOOLS;
  }

  @Override
  public ModelStep step(StepRequest step, StepListener listener) throws InterruptedException {
    ObjectNode request = ChatRequests.of(model, step, upstream.temperature());
    List<TranscriptEntry> fitted = Fitting.fit(step, upstream.contextTokens(), Prompts.TOOLS);
    request.set("messages", ToolsMessages.of(step.instructions(), fitted, upstream.vision()));
    offerTool(request, step.python());
    boolean code = step.python() != PythonChoice.NONE;
    ToolCallStream calls = new ToolCallStream(listener);
    BlockParser words =
        new BlockParser(
            new BlockParser.Options(code && upstream.runFenced(), code, false), listener);
    ChatReply reply =
        client.chat(
            request,
            new ChatListener() {
              @Override
              public void onText(String delta) {
                words.feed(delta);
              }

              @Override
              public void onToolCall(ToolCallDelta delta) {
                calls.accept(delta);
              }
            });
    words.finish();
    List<PythonCall> all = new ArrayList<>();
    if (code) {
      for (String written : words.codes()) {
        all.add(new PythonCall(madeUpId(), written));
      }
      all.addAll(calls.finish());
    }
    return new ModelStep(words.text(), List.copyOf(all), reply.finish(), reply.usage());
  }

  static void offerTool(ObjectNode request, PythonChoice choice) {
    ObjectNode function =
        request.putArray("tools").addObject().put("type", "function").putObject("function");
    function.put("name", TOOL);
    function.put(
        "description",
        "Runs Python in a stateful Jupyter kernel and returns what it prints. Variables and the"
            + " files in /mnt/data persist between calls.");
    ObjectNode parameters = function.putObject("parameters").put("type", "object");
    parameters
        .putObject("properties")
        .putObject("code")
        .put("type", "string")
        .put("description", "The Python code to run.");
    parameters.putArray("required").add("code");
    parameters.put("additionalProperties", false);
    switch (choice) {
      case NONE -> request.put("tool_choice", "none");
      case AUTO -> request.put("tool_choice", "auto");
      case REQUIRED ->
          request
              .putObject("tool_choice")
              .put("type", "function")
              .putObject("function")
              .put("name", TOOL);
    }
  }

  static String madeUpId() {
    return "call_" + Ids.codeInterpreterCall().substring(3, 27);
  }
}
