package dev.sandglass.model;

import dev.sandglass.common.Json;
import dev.sandglass.model.TranscriptEntry.PythonResult;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a transcript as Chat Completions messages with native tool calls. Each call is followed by
 * exactly one result, as endpoints insist, even where a turn ended before there was one. Pure.
 */
final class ToolsMessages {

  private final boolean vision;
  private final ArrayNode messages = Json.MAPPER.createArrayNode();
  private final Set<String> unanswered = new LinkedHashSet<>();
  private final List<byte[]> images = new ArrayList<>();
  private final StringBuilder cards = new StringBuilder();

  private ToolsMessages(boolean vision) {
    this.vision = vision;
  }

  static ArrayNode of(
      @Nullable String instructions, List<TranscriptEntry> transcript, boolean vision) {
    ToolsMessages m = new ToolsMessages(vision);
    String system = Prompts.TOOLS.system();
    m.messages.add(
        ChatRequests.message(
            "system",
            instructions == null || instructions.isBlank()
                ? system
                : system + "\n\n" + instructions));
    for (TranscriptEntry entry : transcript) {
      m.add(entry);
    }
    m.endResults();
    m.flushCards();
    return m.messages;
  }

  private void add(TranscriptEntry entry) {
    switch (entry) {
      case TranscriptEntry.PythonCall(String id, String text, String code) -> call(id, text, code);
      case PythonResult result -> result(result);
      case TranscriptEntry.Files(List<String> texts) -> {
        endResults();
        cards.append("Files in /mnt/data:\n\n").append(String.join("\n\n", texts)).append("\n\n");
      }
      case TranscriptEntry.User(var parts) -> {
        endResults();
        ObjectNode user = messages.addObject().put("role", "user");
        user.set("content", ChatRequests.content(cards.toString(), parts, vision));
        cards.setLength(0);
      }
      case TranscriptEntry.Note(String text) -> {
        endResults();
        messages.add(ChatRequests.message("user", text));
      }
      case TranscriptEntry.System(String text) -> {
        endResults();
        messages.add(ChatRequests.message("system", text));
      }
      case TranscriptEntry.Assistant(String text) -> {
        endResults();
        messages.add(ChatRequests.message("assistant", text));
      }
    }
  }

  private void call(String id, String text, String code) {
    ObjectNode message = unanswered.isEmpty() ? null : lastCalls();
    if (message == null) {
      endResults();
      message = messages.addObject().put("role", "assistant");
      if (text.isEmpty()) {
        message.putNull("content");
      } else {
        message.put("content", text);
      }
      message.putArray("tool_calls");
    }
    ObjectNode call = ((ArrayNode) message.path("tool_calls")).addObject();
    call.put("id", id).put("type", "function");
    call.putObject("function")
        .put("name", ToolsSession.TOOL)
        .put(
            "arguments",
            Json.MAPPER.writeValueAsString(Json.MAPPER.createObjectNode().put("code", code)));
    unanswered.add(id);
  }

  /** The last message, if it holds calls whose results haven't begun to come. */
  private @Nullable ObjectNode lastCalls() {
    JsonNode last = messages.path(messages.size() - 1);
    return last.has("tool_calls") ? (ObjectNode) last : null;
  }

  private void result(PythonResult result) {
    if (!unanswered.remove(result.callId())) {
      return; // a result of no call would be refused by every endpoint
    }
    messages
        .addObject()
        .put("role", "tool")
        .put("tool_call_id", result.callId())
        .put("content", result.output());
    if (vision) {
      images.addAll(result.images());
    }
    if (unanswered.isEmpty()) {
      flushImages();
    }
  }

  private void endResults() {
    for (String id : unanswered) {
      messages
          .addObject()
          .put("role", "tool")
          .put("tool_call_id", id)
          .put("content", "(This code was not run.)");
    }
    unanswered.clear();
    flushImages();
  }

  /** Tool messages hold text alone; images follow as a user's message. */
  private void flushImages() {
    if (images.isEmpty()) {
      return;
    }
    ArrayNode content = messages.addObject().put("role", "user").putArray("content");
    content.addObject().put("type", "text").put("text", "(The images that the code showed.)");
    for (byte[] png : images) {
      ChatRequests.image(
          content, "data:image/png;base64," + Base64.getEncoder().encodeToString(png), "");
    }
    images.clear();
  }

  private void flushCards() {
    if (!cards.isEmpty()) {
      messages.add(ChatRequests.message("user", cards.toString().strip()));
    }
  }
}
