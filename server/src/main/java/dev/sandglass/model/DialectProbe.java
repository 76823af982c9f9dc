package dev.sandglass.model;

import dev.sandglass.common.Json;
import dev.sandglass.model.StepRequest.PythonChoice;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Finds out whether a model calls functions, by one tiny request. */
final class DialectProbe {

  private static final Logger LOG = LoggerFactory.getLogger(DialectProbe.class);

  private static final StepRequest NOTHING =
      new StepRequest(
          null, List.of(), PythonChoice.AUTO, null, null, null, Json.MAPPER.createObjectNode());

  /** Enough for a reasoning model to come to the call. */
  private static final int MAX_TOKENS = 1024;

  private DialectProbe() {}

  /**
   * Asks the model to call the tool.
   *
   * @throws UpstreamException if the endpoint can't be reached, so that nothing was found out
   */
  static Dialect probe(ChatClient client, Upstream upstream, String model)
      throws InterruptedException {
    ObjectNode request = ChatRequests.of(model, NOTHING, null);
    request.put("max_tokens", MAX_TOKENS);
    request.putObject("metadata").put("purpose", "probe");
    request
        .putArray("messages")
        .add(ChatRequests.message("user", "Call the function python with the code 1 + 1."));
    ToolsSession.offerTool(request, PythonChoice.AUTO);
    boolean[] called = new boolean[1];
    Dialect dialect;
    try {
      client.chat(
          request,
          new ChatListener() {
            @Override
            public void onText(String delta) {}

            @Override
            public void onToolCall(ToolCallDelta delta) {
              called[0] = true;
            }

            @Override
            public boolean enough() {
              return called[0];
            }
          });
      dialect = called[0] ? Dialect.TOOLS : Dialect.BLOCKS;
    } catch (UpstreamException e) {
      if (!e.refusedTools()) {
        throw e;
      }
      dialect = Dialect.BLOCKS;
    }
    LOG.info("Upstream {}, model {}: dialect {} (probed)", upstream.name(), model, dialect);
    return dialect;
  }
}
