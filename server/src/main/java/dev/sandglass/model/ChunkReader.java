package dev.sandglass.model;

import dev.sandglass.model.ModelStep.Finish;
import dev.sandglass.model.ModelStep.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code chat.completion.chunk}s, or one whole {@code chat.completion}, tolerant of what
 * endpoints leave out, and passes content on. Counts characters, for endpoints that give no usage.
 * Not thread-safe.
 */
final class ChunkReader {

  private final ChatListener listener;
  private final ToolCallHabits tools = new ToolCallHabits();
  private @Nullable String finish;
  private @Nullable Usage usage;
  private String model = "";
  private long characters;
  private boolean started;

  ChunkReader(ChatListener listener) {
    this.listener = listener;
  }

  /**
   * Takes one chunk.
   *
   * @return false if it has nothing that a chunk has
   */
  boolean accept(JsonNode chunk) {
    if (!chunk.isObject()) {
      return false;
    }
    if (chunk.path("model").isString()) {
      model = chunk.path("model").asString();
    }
    boolean known = readUsage(chunk.path("usage"));
    JsonNode choice = chunk.path("choices").path(0);
    if (choice.isObject() && choice.path("index").asInt(0) == 0) {
      content(choice.path("delta").isObject() ? choice.path("delta") : choice.path("message"));
      if (choice.path("finish_reason").isString()) {
        finish = choice.path("finish_reason").asString();
      }
    }
    return known || chunk.has("choices") || chunk.path("object").asString("").startsWith("chat.");
  }

  private void content(JsonNode delta) {
    String reasoning = delta.path("reasoning_content").asString("");
    if (reasoning.isEmpty()) {
      reasoning = delta.path("reasoning").asString("");
    }
    if (!reasoning.isEmpty()) {
      started = true;
      characters += reasoning.length();
      listener.onReasoning(reasoning);
    }
    JsonNode content = delta.path("content");
    if (content.isArray()) { // content parts in place of a string
      for (JsonNode part : content) {
        text(part.path("text").asString(""));
      }
    } else {
      text(content.asString(""));
    }
    text(delta.path("refusal").asString(""));
    tools.accept(
        delta,
        piece -> {
          started = true;
          characters += piece.arguments().length();
          listener.onToolCall(piece);
        });
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      started = true;
      characters += text.length();
      listener.onText(text);
    }
  }

  private boolean readUsage(JsonNode u) {
    if (!u.isObject()) {
      return false;
    }
    usage =
        new Usage(
            u.path("prompt_tokens").asLong(0),
            u.path("prompt_tokens_details").path("cached_tokens").asLong(0),
            u.path("completion_tokens").asLong(0),
            u.path("completion_tokens_details").path("reasoning_tokens").asLong(0));
    return true;
  }

  /** Whether anything of the answer has been passed on. */
  boolean started() {
    return started;
  }

  /** Whether the endpoint said why it stopped. */
  boolean finished() {
    return finish != null;
  }

  ChatReply reply(long requestCharacters) {
    Finish how =
        switch (finish) {
          case "length", "max_tokens" -> Finish.LENGTH;
          case "content_filter" -> Finish.CONTENT_FILTER;
          case null, default -> Finish.STOP;
        };
    Usage tokens =
        usage != null
            ? usage
            : new Usage(
                Tokens.ofCharacters(requestCharacters), 0, Tokens.ofCharacters(characters), 0);
    return new ChatReply(how, tokens, model);
  }
}
