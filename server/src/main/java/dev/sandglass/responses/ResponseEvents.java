package dev.sandglass.responses;

import dev.sandglass.common.Json;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the events of one response with their members and consecutive sequence numbers
 * (openai-api.md 5.2). Their order is {@link OutputItems}'s business. Thread-safe: a running cell's
 * output comes from a thread of its own.
 */
final class ResponseEvents {

  private final EventSink sink;
  private final boolean obfuscate;
  private long next;

  ResponseEvents(EventSink sink, boolean obfuscate) {
    this.sink = sink;
    this.obfuscate = obfuscate;
  }

  /** {@code response.created}, {@code response.completed} and their like. */
  void response(String type, ObjectNode response) {
    ObjectNode event = Json.MAPPER.createObjectNode();
    event.set("response", response);
    send(type, event);
  }

  /** Trouble with the stream itself; in the form that makes all SDKs throw (openai-api.md 5.5). */
  void error(ResponseObject.Failure failure) {
    ObjectNode event = Json.MAPPER.createObjectNode();
    event
        .putObject("error")
        .put("type", "server_error")
        .put("code", failure.code())
        .put("message", failure.message())
        .putNull("param");
    send("error", event);
  }

  void item(String type, int outputIndex, ObjectNode item) {
    ObjectNode event = Json.MAPPER.createObjectNode();
    event.put("output_index", outputIndex);
    event.set("item", item);
    send(type, event);
  }

  /** An event that has only its item's position: {@code code_interpreter_call.interpreting} … */
  void at(String type, ItemPosition item) {
    send(type, position(item));
  }

  void part(String type, ItemPosition item, ObjectNode part) {
    ObjectNode event = partPosition(item);
    event.set("part", part);
    send(type, event);
  }

  void textDelta(ItemPosition item, String delta) {
    ObjectNode event = partPosition(item);
    event.put("delta", delta);
    event.putArray("logprobs");
    pad(event, delta);
    send("response.output_text.delta", event);
  }

  void textDone(ItemPosition item, String text) {
    ObjectNode event = partPosition(item);
    event.put("text", text);
    event.putArray("logprobs");
    send("response.output_text.done", event);
  }

  void annotation(ItemPosition item, int annotationIndex, JsonNode annotation) {
    ObjectNode event = partPosition(item);
    event.put("annotation_index", annotationIndex);
    event.set("annotation", annotation);
    send("response.output_text.annotation.added", event);
  }

  void codeDelta(ItemPosition item, String delta) {
    ObjectNode event = position(item);
    event.put("delta", delta);
    pad(event, delta);
    send("response.code_interpreter_call_code.delta", event);
  }

  void codeDone(ItemPosition item, String code) {
    ObjectNode event = position(item);
    event.put("code", code);
    send("response.code_interpreter_call_code.done", event);
  }

  /** Our own extension; only for a client that asked for it ({@link Include#CELL_OUTPUT}). */
  void cellOutput(ItemPosition item, String stream, String delta) {
    ObjectNode event = position(item);
    event.put("stream", stream);
    event.put("delta", delta);
    send("sandglass.cell_output.delta", event);
  }

  private static ObjectNode position(ItemPosition item) {
    ObjectNode event = Json.MAPPER.createObjectNode();
    event.put("item_id", item.id());
    event.put("output_index", item.outputIndex());
    return event;
  }

  private static ObjectNode partPosition(ItemPosition item) {
    ObjectNode event = position(item);
    event.put("content_index", 0);
    return event;
  }

  private void pad(ObjectNode event, String delta) {
    if (obfuscate) {
      event.put("obfuscation", Obfuscation.pad(delta, ThreadLocalRandom.current()));
    }
  }

  private synchronized void send(String type, ObjectNode members) {
    ObjectNode event = Json.MAPPER.createObjectNode();
    event.put("type", type);
    event.put("sequence_number", next++);
    event.setAll(members);
    sink.send(event);
  }

  /** Which item an event belongs to. */
  record ItemPosition(String id, int outputIndex) {}
}
