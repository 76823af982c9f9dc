package dev.sandglass.responses;

import dev.sandglass.responses.ResponseEvents.ItemPosition;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call of the code interpreter while it is written and run: {@code output_item.added}, {@code
 * in_progress}, code deltas, {@code code.done}, {@code interpreting}, {@code completed}, {@code
 * output_item.done} (openai-api.md 5.3). A call that failed, or whose code wasn't run, has no
 * {@code completed} event (openai-api.md 5.2).
 */
final class CallItem implements OutputItems.Open {

  /** How a call can end. */
  enum End {
    /** It ran; an exception of its code counts as that. */
    COMPLETED("completed"),
    /** It was killed: too slow, or its kernel died. */
    FAILED("failed"),
    /** It wasn't run, or not to its end. */
    INCOMPLETE("incomplete");

    private final String wire;

    End(String wire) {
      this.wire = wire;
    }

    String wire() {
      return wire;
    }
  }

  private static final String NOT_FINISHED = "(this code did not run to its end)";

  private final OutputItems items;
  private final ResponseEvents events;
  private final ItemPosition at;
  private final String containerId;
  private final boolean live;
  private final StringBuilder code = new StringBuilder();
  private boolean codeDone;

  CallItem(
      OutputItems items, ResponseEvents events, ItemPosition at, String containerId, boolean live) {
    this.items = items;
    this.events = events;
    this.at = at;
    this.containerId = containerId;
    this.live = live;
  }

  void begin() {
    items.added(at, item("in_progress", List.of()));
    events.at("response.code_interpreter_call.in_progress", at);
  }

  void delta(String delta) {
    if (!delta.isEmpty()) {
      code.append(delta);
      events.codeDelta(at, delta);
    }
  }

  /** The code is whole; {@code whole} wins over what the deltas gave. */
  void codeDone(String whole) {
    if (whole.startsWith(code.toString())) {
      delta(whole.substring(code.length()));
    } else {
      code.setLength(0);
      code.append(whole);
    }
    codeDone = true;
    events.codeDone(at, whole);
  }

  String id() {
    return at.id();
  }

  /** The code is about to run. */
  void interpreting() {
    items.running(at, item("in_progress", List.of()));
    events.at("response.code_interpreter_call.interpreting", at);
  }

  /** Something that the running code wrote; for clients that asked to see it at once. */
  void output(String stream, String text) {
    if (live) {
      events.cellOutput(at, stream, text);
    }
  }

  /** Ends the call. */
  void finish(CellRecord record) {
    if (!codeDone) {
      codeDone(code.toString());
    }
    if (record.end() == End.COMPLETED) {
      events.at("response.code_interpreter_call.completed", at);
    }
    ObjectNode item = item(record.end().wire(), List.of());
    record.keepIn(item);
    items.finished(at, item);
  }

  /** Ends a call that has no more to tell than one text. */
  void finish(End end, List<ObjectNode> outputs, String seen, CallReport report) {
    finish(new CellRecord(end, outputs, seen, report));
  }

  @Override
  public void abandon() {
    finish(End.INCOMPLETE, List.of(), NOT_FINISHED, CallReport.failed(NOT_FINISHED));
  }

  private ObjectNode item(String status, List<ObjectNode> outputs) {
    ObjectNode item = OutputItems.item(at.id(), "code_interpreter_call", status);
    item.put("code", code.toString());
    item.put("container_id", containerId);
    item.putArray("outputs").addAll(outputs);
    return item;
  }
}
