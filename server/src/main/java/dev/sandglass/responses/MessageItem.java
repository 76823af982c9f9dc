package dev.sandglass.responses;

import dev.sandglass.common.Json;
import dev.sandglass.responses.ResponseEvents.ItemPosition;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A message while it is written: {@code output_item.added}, {@code content_part.added}, deltas,
 * annotations (after all the deltas), {@code output_text.done}, {@code content_part.done}, {@code
 * output_item.done} (openai-api.md 5.3).
 */
final class MessageItem implements OutputItems.Open {

  private final OutputItems items;
  private final ResponseEvents events;
  private final ItemPosition at;
  private final StringBuilder text = new StringBuilder();

  MessageItem(OutputItems items, ResponseEvents events, ItemPosition at) {
    this.items = items;
    this.events = events;
    this.at = at;
  }

  void begin() {
    items.added(at, item("in_progress", null));
    events.part("response.content_part.added", at, part("", List.of()));
  }

  void delta(String delta) {
    if (!delta.isEmpty()) {
      text.append(delta);
      events.textDelta(at, delta);
    }
  }

  String text() {
    return text.toString();
  }

  /** Ends the message; {@code status} is {@code completed} or {@code incomplete}. */
  void finish(String status, List<Citation> citations) {
    List<ObjectNode> annotations = citations.stream().map(Citation::json).toList();
    for (int i = 0; i < annotations.size(); i++) {
      events.annotation(at, i, annotations.get(i));
    }
    events.textDone(at, text());
    ObjectNode part = part(text(), annotations);
    events.part("response.content_part.done", at, part);
    items.finished(at, item(status, part.deepCopy()));
  }

  @Override
  public void abandon() {
    finish("incomplete", List.of());
  }

  private ObjectNode item(String status, @Nullable ObjectNode part) {
    ObjectNode item = OutputItems.item(at.id(), "message", status);
    var content = item.putArray("content");
    if (part != null) {
      content.add(part);
    }
    item.put("role", "assistant");
    return item;
  }

  private static ObjectNode part(String text, List<ObjectNode> annotations) {
    ObjectNode part = Json.MAPPER.createObjectNode();
    part.put("type", "output_text");
    part.putArray("annotations").addAll(annotations);
    part.putArray("logprobs");
    part.put("text", text);
    return part;
  }
}
