package dev.sandglass.model;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Remembers which parameters an endpoint does not take. What only tunes the model is left out from
 * then on, so that one request costs one refusal; what matters (messages, tools) never is.
 * Thread-safe.
 */
final class Refusals {

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  /** Parameters without which the answer is still an answer to the same question. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "stream_options",
          "temperature",
          "top_p",
          "top_k",
          "stop",
          "reasoning_effort",
          "verbosity",
          "service_tier",
          "parallel_tool_calls",
          "metadata",
          "store",
          "user",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "cache_prompt",
          "max_tokens",
          "max_completion_tokens",
          "frequency_penalty",
          "presence_penalty",
          "repeat_penalty",
          "seed",
          "top_logprobs",
          "logprobs",
          "tool_choice");

  /** Where an endpoint names the successor of a parameter, that is sent instead. */
  private static final Map<String, String> SUCCESSORS =
      Map.of("max_tokens", "max_completion_tokens", "max_completion_tokens", "max_tokens");

  private final String upstream;
  private final Map<String, String> refused = new ConcurrentHashMap<>();

  Refusals(String upstream) {
    this.upstream = upstream;
  }

  /** Takes out of a request what was refused before. */
  void apply(ObjectNode request) {
    refused.forEach((parameter, successor) -> {
      JsonNode value = request.remove(parameter);
      if (value != null && !successor.isEmpty() && !request.has(successor)) {
        request.set(successor, value);
      }
    });
  }

  /**
   * Learns from a 400 or 422.
   *
   * @return whether the request is worth sending again
   */
  boolean learn(JsonNode error, String message, ObjectNode request) {
    String param = error.path("param").asString("");
    String said = message.toLowerCase(Locale.ROOT);
    if (param.isEmpty() && !soundsLikeARefusal(said)) {
      return false;
    }
    for (String candidate : OPTIONAL) {
      boolean named = param.isEmpty() ? mentions(said, candidate) : param.equals(candidate);
      if (named && request.has(candidate) && !refused.containsKey(candidate)) {
        String successor = SUCCESSORS.getOrDefault(candidate, "");
        boolean renamed = !successor.isEmpty() && mentions(said, successor);
        refused.put(candidate, renamed && !refused.containsKey(successor) ? successor : "");
        LOG.warn("Upstream {} does not take '{}'; it is left out from now on", upstream, candidate);
        return true;
      }
    }
    return false;
  }

  private static boolean soundsLikeARefusal(String said) {
    return said.contains("support")
        || said.contains("unknown")
        || said.contains("unrecognized")
        || said.contains("not allowed")
        || said.contains("not permitted")
        || said.contains("unexpected")
        || said.contains("deprecated")
        || said.contains("invalid");
  }

  private static boolean mentions(String said, String parameter) {
    int at = said.indexOf(parameter);
    return at >= 0
        && (at == 0 || !wordCharacter(said.charAt(at - 1)))
        && (at + parameter.length() == said.length()
            || !wordCharacter(said.charAt(at + parameter.length())));
  }

  private static boolean wordCharacter(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
