package dev.sandglass.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.responses.ResponseObject.Failure;
import dev.sandglass.responses.ResponseObject.State;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ResponseObjectTest {

  private final ResponseObject object =
      new ResponseObject("resp_1", Instant.ofEpochSecond(1000), TurnBench.ask("q").build());

  /** As recorded from the hosted service (openai-api.md 4.7), in wire order. */
  @Test
  void everyKeyIsThereWhateverTheStatus() {
    String[] keys = {
      "id",
      "object",
      "created_at",
      "status",
      "background",
      "completed_at",
      "error",
      "frequency_penalty",
      "incomplete_details",
      "instructions",
      "max_output_tokens",
      "max_tool_calls",
      "model",
      "moderation",
      "output",
      "parallel_tool_calls",
      "presence_penalty",
      "previous_response_id",
      "prompt_cache_key",
      "prompt_cache_retention",
      "reasoning",
      "safety_identifier",
      "service_tier",
      "store",
      "temperature",
      "text",
      "tool_choice",
      "tool_usage",
      "tools",
      "top_logprobs",
      "top_p",
      "truncation",
      "usage",
      "user",
      "metadata"
    };
    assertThat(object.json(State.STARTED).propertyNames()).containsExactly(keys);
    assertThat(failed().propertyNames()).containsExactly(keys);
  }

  @Test
  void aStartedResponseHasNeitherUsageNorEnd() {
    ObjectNode json = object.json(State.STARTED);
    assertThat(json.path("usage").isNull()).isTrue();
    assertThat(json.path("completed_at").isNull()).isTrue();
    assertThat(json.path("service_tier").asString()).isEqualTo("auto");
    assertThat(json.path("created_at").asLong()).isEqualTo(1000);
  }

  @Test
  void aFailedOneSaysWhy() {
    assertThat(failed().path("error").toString())
        .isEqualTo("{\"code\":\"server_error\",\"message\":\"no\"}");
  }

  private ObjectNode failed() {
    Failure failure = new Failure("server_error", "no");
    return object.json(new State(ResponseStatus.FAILED, List.of(), null, null, null, failure));
  }
}
