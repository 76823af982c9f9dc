package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Fields;
import dev.sandglass.common.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parameters that only tune the model: checked, echoed, and passed on to the upstream where it
 * has a name for them.
 *
 * @param echo what the response repeats, with defaults
 * @param extra members for the upstream's request
 */
record Tuning(
    @Nullable Integer maxToolCalls,
    @Nullable Long maxOutputTokens,
    @Nullable Double temperature,
    @Nullable Double topP,
    ObjectNode echo,
    ObjectNode extra) {

  private static final String[] EFFORTS = {
    "none", "minimal", "low", "medium", "high", "xhigh", "max"
  };

  static Tuning read(Fields body, ToolChoiceParser.Choice choice) {
    ObjectNode echo = Json.MAPPER.createObjectNode();
    ObjectNode extra = Json.MAPPER.createObjectNode();
    echo.set("metadata", Json.MAPPER.valueToTree(body.metadata("metadata")));
    echo.set("text", text(body, extra));
    Double temperature = body.decimal("temperature", 0, 2);
    echo.put("temperature", temperature == null ? 1.0 : temperature);
    Double topP = body.decimal("top_p", 0, 1);
    echo.put("top_p", topP == null ? 1.0 : topP);
    echo.put("top_logprobs", 0);
    Long logprobs = body.integer("top_logprobs", 0, 20);
    if (logprobs != null && logprobs > 0) {
      throw ApiException.unsupported("top_logprobs", "Log probabilities are not available here.");
    }
    echo.put("instructions", body.string("instructions"));
    Long maxToolCalls = body.integer("max_tool_calls", 1, Integer.MAX_VALUE);
    echo.put("max_tool_calls", maxToolCalls);
    Long maxOutputTokens = body.integer("max_output_tokens", 16, Long.MAX_VALUE);
    echo.put("max_output_tokens", maxOutputTokens);
    boolean parallel = body.bool("parallel_tool_calls", true);
    echo.put("parallel_tool_calls", parallel);
    if (!parallel && choice.offersTool()) {
      extra.put("parallel_tool_calls", false);
    }
    echo.set("reasoning", reasoning(body, extra));
    String truncation = body.oneOf("truncation", "auto", "disabled");
    echo.put("truncation", truncation == null ? "disabled" : truncation);
    same(body.string("prompt_cache_key", 64), "prompt_cache_key", echo, extra);
    same(body.string("safety_identifier", 128), "safety_identifier", echo, extra);
    same(body.string("user"), "user", echo, extra);
    echo.put(
        "prompt_cache_retention",
        body.oneOf("prompt_cache_retention", "in_memory", "in-memory", "24h"));
    cacheOptions(body);
    String tier =
        body.oneOf(
            "service_tier", "auto", "default", "flex", "scale", "priority", "fast", "ultrafast");
    if (tier != null) {
      extra.put("service_tier", tier);
    }
    return new Tuning(
        maxToolCalls == null ? null : maxToolCalls.intValue(),
        maxOutputTokens,
        temperature,
        topP,
        echo,
        extra);
  }

  private static ObjectNode text(Fields body, ObjectNode extra) {
    ObjectNode echo = Json.MAPPER.createObjectNode();
    echo.putObject("format").put("type", "text");
    echo.put("verbosity", "medium");
    Fields text = body.object("text");
    if (text == null) {
      return echo;
    }
    text.onlyKnown("format", "verbosity");
    Fields format = text.object("format");
    if (format != null) {
      String type = format.requiredOneOf("type", "text", "json_object", "json_schema");
      if (!type.equals("text")) {
        throw ApiException.unsupported(
            format.path("type"),
            "Structured output ('"
                + type
                + "') is not available here yet: ask for JSON in the prompt.");
      }
      format.onlyKnown("type");
    }
    String verbosity = text.oneOf("verbosity", "low", "medium", "high");
    if (verbosity != null) {
      echo.put("verbosity", verbosity);
      extra.put("verbosity", verbosity);
    }
    return echo;
  }

  private static ObjectNode reasoning(Fields body, ObjectNode extra) {
    ObjectNode echo = Json.MAPPER.createObjectNode();
    echo.putNull("effort");
    echo.putNull("summary");
    Fields reasoning = body.object("reasoning");
    if (reasoning == null) {
      return echo;
    }
    reasoning.onlyKnown("effort", "summary", "context", "mode", "generate_summary");
    String effort = reasoning.oneOf("effort", EFFORTS);
    if (effort != null) {
      echo.put("effort", effort);
      extra.put("reasoning_effort", effort);
    }
    echo.put("summary", reasoning.oneOf("summary", "auto", "concise", "detailed"));
    reasoning.oneOf("generate_summary", "auto", "concise", "detailed");
    String context = reasoning.oneOf("context", "auto", "current_turn", "all_turns");
    if (context != null) {
      echo.put("context", context);
    }
    String mode = reasoning.oneOf("mode", "standard", "pro");
    if (mode != null) {
      echo.put("mode", mode);
    }
    return echo;
  }

  private static void cacheOptions(Fields body) {
    Fields options = body.object("prompt_cache_options");
    if (options != null) {
      options.onlyKnown("mode", "ttl", "comparison_response_id", "prewarm");
      options.oneOf("mode", "implicit", "explicit");
      options.oneOf("ttl", "30m", "12h");
    }
  }

  private static void same(@Nullable String value, String name, ObjectNode echo, ObjectNode extra) {
    echo.put(name, value);
    if (value != null) {
      extra.put(name, value);
    }
  }
}
