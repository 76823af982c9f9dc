package dev.sandglass.model;

import dev.sandglass.model.ModelStep.Finish;
import dev.sandglass.model.ModelStep.PythonCall;
import dev.sandglass.model.StepRequest.PythonChoice;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The dialect for small models: a fenced block in the text, then a stop. Words are passed on as
 * they come; whether they are shown before it is known that no code follows is the listener's
 * affair. Thread-safe.
 */
final class BlocksSession implements ModelSession {

  /** A small model that writes more than this in one step has lost its way. */
  static final long MAX_TOKENS = 768;

  /** The temperature at which a model is asked again that has ended begun code at once. */
  private static final double AGAIN = 0.5;

  private static final List<String> STOP = List.of("\n```\n", "\nOutput:");

  private final ChatClient client;
  private final Upstream upstream;
  private final String model;

  BlocksSession(ChatClient client, Upstream upstream, String model) {
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
    return Dialect.BLOCKS;
  }

  @Override
  public ModelStep step(StepRequest step, StepListener listener) throws InterruptedException {
    Optional<HandedCode> handed =
        step.python() == PythonChoice.NONE ? Optional.empty() : HandedCode.in(step.transcript());
    if (handed.isEmpty()) {
      return ask(step, listener);
    }
    if (!HandedCode.ran(step.transcript())) {
      return handed.get().step(listener);
    }
    return ask(handed.get().alone() ? step.with(PythonChoice.NONE) : step, listener);
  }

  private ModelStep ask(StepRequest step, StepListener listener) throws InterruptedException {
    boolean code = step.python() != PythonChoice.NONE;
    ObjectNode request = ChatRequests.of(model, step, upstream.temperature());
    boolean ownLimit = step.maxOutputTokens() == null;
    if (ownLimit) {
      request.put("max_tokens", MAX_TOKENS);
    }
    if (code) {
      ArrayNode stop = request.putArray("stop");
      STOP.forEach(stop::add);
    }
    List<TranscriptEntry> fitted = Fitting.fit(step, upstream.contextTokens(), Prompts.BLOCKS);
    BlocksMessages.Chat chat =
        BlocksMessages.of(step, fitted, upstream.vision(), upstream.prefill());
    request.set("messages", chat.messages());
    BlockReader reader = new BlockReader(listener, code, chat.begun(), false);
    ChatReply reply = client.chat(request, reader);
    BlockParser parser = reader.finish();
    ModelStep.Usage usage = reply.usage();
    if (addsNothing(parser, chat.begun())) {
      request.put("temperature", AGAIN);
      reader = new BlockReader(listener, code, chat.begun(), true);
      reply = client.chat(request, reader);
      parser = reader.finish();
      usage = usage.plus(reply.usage());
    }
    List<PythonCall> calls =
        parser.codes().stream()
            .limit(1)
            .map(written -> new PythonCall(ToolsSession.madeUpId(), written))
            .toList();
    // Cut by our own limit, not the client's: whatever there is, is tried or judged.
    boolean cutByUs = ownLimit && reply.finish() == Finish.LENGTH;
    return new ModelStep(parser.text(), calls, cutByUs ? Finish.STOP : reply.finish(), usage);
  }

  /** Whether all of the code is what it was begun with: the model has ended it at once. */
  private static boolean addsNothing(BlockParser parser, String begun) {
    return !begun.isEmpty()
        && parser.codes().size() == 1
        && begun.strip().endsWith(parser.codes().getFirst().strip());
  }

  /** Feeds the parser and ends the answer after its first block, or where code only repeats. */
  private static final class BlockReader implements ChatListener {
    private final BlockParser parser;
    private final LineRepeats repeats = new LineRepeats();
    private final Echo echo;
    private boolean stuck;
    private boolean hearing;

    /**
     * @param begun how the answer begins, which the model only continues
     * @param heard whether the listener has had that before
     */
    BlockReader(StepListener listener, boolean code, String begun, boolean heard) {
      this.hearing = !heard;
      this.echo = new Echo(begun);
      this.parser =
          new BlockParser(
              code ? BlockParser.Options.BLOCKS : new BlockParser.Options(false, true, false),
              new StepListener() {
                @Override
                public void onText(String delta) {
                  listener.onText(delta);
                }

                @Override
                public void onCodeStart() {
                  if (hearing) {
                    listener.onCodeStart();
                  }
                }

                @Override
                public void onCode(String delta) {
                  stuck |= repeats.add(delta);
                  if (hearing) {
                    listener.onCode(delta);
                  }
                }
              });
      parser.feed(begun);
      this.hearing = true;
    }

    @Override
    public void onText(String delta) {
      parser.feed(echo.pass(delta));
    }

    /** Some servers turn a small model's text into tool calls by themselves. */
    @Override
    public void onToolCall(ToolCallDelta delta) {
      tools.accept(delta);
    }

    private final ToolCallStream tools =
        new ToolCallStream(
            new StepListener() {
              @Override
              public void onText(String delta) {}

              @Override
              public void onCodeStart() {}

              @Override
              public void onCode(String delta) {}
            });

    @Override
    public boolean enough() {
      return parser.over() || stuck;
    }

    BlockParser finish() {
      if (parser.codes().isEmpty()) {
        for (PythonCall call : tools.finish()) {
          parser.feed("\n```python\n" + call.code() + "\n```\n");
        }
      }
      parser.finish();
      return parser;
    }
  }
}
