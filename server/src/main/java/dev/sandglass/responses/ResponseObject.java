package dev.sandglass.responses;

import dev.sandglass.common.Json;
import dev.sandglass.model.ModelStep.Usage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Renders the wire's Response object with its whole key set, nulls included (openai-api.md 4.7).
 * Immutable.
 *
 * @param request gives what is echoed
 */
record ResponseObject(String id, Instant createdAt, ResponseRequest request) {

  /** How far the response has come, and how it ended. */
  record State(
      ResponseStatus status,
      List<ObjectNode> output,
      @Nullable Usage usage,
      @Nullable Instant completedAt,
      @Nullable String incompleteReason,
      @Nullable Failure failure) {

    static final State STARTED =
        new State(ResponseStatus.IN_PROGRESS, List.of(), null, null, null, null);
  }

  /** The response's {@code error}. */
  record Failure(String code, String message) {}

  /** The object with whole items: what is stored. */
  ObjectNode json(State state) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", id);
    json.put("object", "response");
    json.put("created_at", createdAt.getEpochSecond());
    json.put("status", state.status().wire());
    json.put("background", false);
    Instant completedAt = state.completedAt();
    json.put("completed_at", completedAt == null ? null : (Long) completedAt.getEpochSecond());
    json.set("error", error(state.failure()));
    json.put("frequency_penalty", 0.0);
    json.set("incomplete_details", incomplete(state.incompleteReason()));
    echo(json, "instructions", "max_output_tokens", "max_tool_calls", "model");
    json.putNull("moderation");
    json.putArray("output").addAll(state.output());
    echo(json, "parallel_tool_calls");
    json.put("presence_penalty", 0.0);
    echo(json, "previous_response_id", "prompt_cache_key", "prompt_cache_retention", "reasoning");
    echo(json, "safety_identifier");
    boolean running = state.status() == ResponseStatus.IN_PROGRESS;
    json.put("service_tier", running ? "auto" : "default");
    echo(json, "store", "temperature", "text", "tool_choice");
    json.set("tool_usage", toolUsage());
    echo(json, "tools", "top_logprobs", "top_p", "truncation");
    json.set("usage", usage(state.usage()));
    echo(json, "user", "metadata");
    return json;
  }

  private void echo(ObjectNode json, String... keys) {
    for (String key : keys) {
      json.set(key, request.echo().path(key).isMissingNode() ? NULL : request.echo().get(key));
    }
  }

  private static final JsonNode NULL = Json.MAPPER.getNodeFactory().nullNode();

  private static JsonNode error(@Nullable Failure failure) {
    if (failure == null) {
      return NULL;
    }
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("code", failure.code());
    json.put("message", failure.message());
    return json;
  }

  private static JsonNode incomplete(@Nullable String reason) {
    return reason == null ? NULL : Json.MAPPER.createObjectNode().put("reason", reason);
  }

  private static JsonNode usage(@Nullable Usage usage) {
    if (usage == null) {
      return NULL;
    }
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("input_tokens", usage.inputTokens());
    json.putObject("input_tokens_details")
        .put("cached_tokens", usage.cachedTokens())
        .put("cache_write_tokens", 0);
    json.put("output_tokens", usage.outputTokens());
    json.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
    json.put("total_tokens", usage.inputTokens() + usage.outputTokens());
    return json;
  }

  private static ObjectNode toolUsage() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    ObjectNode image = json.putObject("image_gen");
    image.put("input_tokens", 0);
    image.putObject("input_tokens_details").put("image_tokens", 0).put("text_tokens", 0);
    image.put("output_tokens", 0);
    image.putObject("output_tokens_details").put("image_tokens", 0).put("text_tokens", 0);
    image.put("total_tokens", 0);
    json.putObject("web_search").put("num_requests", 0);
    return json;
  }
}
