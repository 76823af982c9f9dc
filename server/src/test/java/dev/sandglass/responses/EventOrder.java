package dev.sandglass.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.Validated;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Holds a stream of events against openai-api.md 5.3 and 5.6: a small machine that knows for each
 * item what may come next; and each event against the Java SDK's types. Every streamed test goes
 * through it.
 */
public final class EventOrder {

  private static final Set<String> TERMINAL =
      Set.of("response.completed", "response.incomplete", "response.failed");

  private final List<JsonNode> events;
  private final Map<String, Integer> itemIds = new HashMap<>();
  private final List<JsonNode> done = new ArrayList<>();
  private int at;

  private EventOrder(List<? extends JsonNode> events) {
    this.events = List.copyOf(events);
  }

  /** Fails with the events' types if anything is out of order; returns the final response. */
  public static JsonNode check(List<? extends JsonNode> events) {
    EventOrder order = new EventOrder(events);
    events.forEach(event -> Validated.event(event.toString()));
    try {
      return order.run();
    } catch (AssertionError e) {
      StringBuilder seen = new StringBuilder(String.valueOf(e.getMessage())).append("\nevents:");
      for (int i = 0; i < events.size(); i++) {
        seen.append(i == order.at ? "\n-> " : "\n   ").append(type(events.get(i)));
      }
      throw new AssertionError(seen.toString(), e);
    }
  }

  private JsonNode run() {
    for (int i = 0; i < events.size(); i++) {
      at = i;
      JsonNode e = events.get(i);
      assertThat(e.path("sequence_number").asInt(-1)).as("sequence_number").isEqualTo(i);
      assertThat(e.has("error")).as("a top-level key 'error'").isFalse();
    }
    at = 0;
    JsonNode created = next("response.created");
    assertThat(created.at("/response/status").asString()).isEqualTo("in_progress");
    assertThat(created.at("/response/output")).isEmpty();
    assertThat(created.at("/response/usage").isNull()).isTrue();
    next("response.in_progress");
    while (peek().equals("response.output_item.added")) {
      item();
    }
    JsonNode last = events.get(at);
    assertThat(TERMINAL).contains(type(last));
    assertThat(at).as("the terminal event is the last").isEqualTo(events.size() - 1);
    assertThat(last.at("/response/output").values())
        .as("every item that was done is in the response, in order")
        .containsExactlyElementsOf(done);
    assertThat("response." + last.at("/response/status").asString())
        .isIn(type(last), "response.cancelled");
    return last.path("response");
  }

  private void item() {
    JsonNode added = next("response.output_item.added");
    int index = added.path("output_index").asInt(-1);
    assertThat(index).isEqualTo(done.size());
    JsonNode item = added.path("item");
    String id = item.path("id").asString("");
    assertThat(id).isNotEmpty();
    assertThat(itemIds.putIfAbsent(id, index)).as("item id twice").isNull();
    assertThat(item.path("status").asString()).isEqualTo("in_progress");
    if (item.path("type").asString().equals("message")) {
      message(id, index, item);
    } else {
      assertThat(item.path("type").asString()).isEqualTo("code_interpreter_call");
      call(id, index, item);
    }
  }

  private void message(String id, int index, JsonNode item) {
    assertThat(item.path("content").isArray() && item.path("content").isEmpty()).isTrue();
    JsonNode part = at(next("response.content_part.added"), id, index).path("part");
    assertThat(part.path("annotations").isArray() && part.path("annotations").isEmpty()).isTrue();
    assertThat(part.path("text").asString()).isEmpty();
    StringBuilder text = new StringBuilder();
    while (peek().equals("response.output_text.delta")) {
      JsonNode delta = at(next("response.output_text.delta"), id, index);
      assertThat(delta.path("logprobs").isArray()).isTrue();
      obfuscated(delta);
      text.append(delta.path("delta").asString());
    }
    int annotations = 0;
    while (peek().equals("response.output_text.annotation.added")) {
      JsonNode a = at(next("response.output_text.annotation.added"), id, index);
      assertThat(a.path("annotation_index").asInt()).isEqualTo(annotations++);
    }
    JsonNode textDone = at(next("response.output_text.done"), id, index);
    assertThat(textDone.path("text").asString()).isEqualTo(text.toString());
    JsonNode partDone = at(next("response.content_part.done"), id, index).path("part");
    assertThat(partDone.path("text").asString()).isEqualTo(text.toString());
    assertThat(partDone.path("annotations")).hasSize(annotations);
    JsonNode finished = finish(id, index);
    assertThat(finished.at("/content/0")).isEqualTo(partDone);
    assertThat(finished.path("status").asString()).isIn("completed", "incomplete");
  }

  private void call(String id, int index, JsonNode item) {
    assertThat(item.propertyNames())
        .containsExactlyInAnyOrder("id", "type", "status", "code", "container_id", "outputs");
    assertThat(item.path("code").asString("?")).isEmpty();
    assertThat(item.path("container_id").asString("")).startsWith("cntr_");
    at(next("response.code_interpreter_call.in_progress"), id, index);
    StringBuilder code = new StringBuilder();
    while (peek().equals("response.code_interpreter_call_code.delta")) {
      JsonNode delta = at(next("response.code_interpreter_call_code.delta"), id, index);
      obfuscated(delta);
      code.append(delta.path("delta").asString());
    }
    JsonNode codeDone = at(next("response.code_interpreter_call_code.done"), id, index);
    assertThat(codeDone.path("code").asString()).isEqualTo(code.toString());
    boolean ran = peek().equals("response.code_interpreter_call.interpreting");
    if (ran) {
      at(next("response.code_interpreter_call.interpreting"), id, index);
      while (peek().equals("sandglass.cell_output.delta")) {
        at(next("sandglass.cell_output.delta"), id, index);
      }
    }
    boolean completed = peek().equals("response.code_interpreter_call.completed");
    if (completed) {
      assertThat(ran).isTrue();
      at(next("response.code_interpreter_call.completed"), id, index);
    }
    JsonNode finished = finish(id, index);
    assertThat(finished.path("status").asString().equals("completed")).isEqualTo(completed);
    assertThat(finished.path("code").asString()).isEqualTo(code.toString());
    assertThat(finished.propertyNames())
        .containsExactlyInAnyOrder("id", "type", "status", "code", "container_id", "outputs");
  }

  private JsonNode finish(String id, int index) {
    JsonNode e = next("response.output_item.done");
    assertThat(e.path("output_index").asInt(-1)).isEqualTo(index);
    assertThat(e.at("/item/id").asString()).isEqualTo(id);
    done.add(e.path("item"));
    return e.path("item");
  }

  private static void obfuscated(JsonNode delta) {
    if (delta.has("obfuscation")) {
      String text = delta.path("delta").asString();
      int length =
          text.codePointCount(0, text.length()) + delta.path("obfuscation").asString().length();
      assertThat(length % 16).as("padding").isZero();
    }
  }

  private static JsonNode at(JsonNode event, String id, int index) {
    assertThat(event.path("item_id").asString("")).isEqualTo(id);
    assertThat(event.path("output_index").asInt(-1)).isEqualTo(index);
    return event;
  }

  private JsonNode next(String type) {
    assertThat(peek()).isEqualTo(type);
    return events.get(at++);
  }

  private String peek() {
    return at < events.size() ? type(events.get(at)) : "(end)";
  }

  private static String type(JsonNode event) {
    return event.path("type").asString("");
  }
}
