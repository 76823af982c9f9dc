package dev.sandglass.responses;

import dev.sandglass.common.Ids;
import dev.sandglass.common.Json;
import dev.sandglass.responses.ResponseEvents.ItemPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The output of a response while it grows: one item at a time is open, each goes through the states
 * of openai-api.md 5.3 in exactly that order, and each is done before the next begins. For one
 * thread.
 *
 * <p>Items are kept whole; {@link ItemView} decides what of them a client sees.
 */
final class OutputItems {

  /** An item that is being written. */
  sealed interface Open permits MessageItem, CallItem {
    /** Ends the item as it stands. */
    void abandon();
  }

  private final ResponseEvents events;
  private final Set<Include> include;
  private final Journal journal;
  private final List<ObjectNode> done = new ArrayList<>();
  private @Nullable Open open;

  /**
   * @param journal stores an item before anybody hears of its end
   */
  OutputItems(ResponseEvents events, Set<Include> include, Journal journal) {
    this.events = events;
    this.journal = journal;
    this.include = Set.copyOf(include);
  }

  /** Begins a message. */
  MessageItem message() {
    requireNoneOpen();
    MessageItem item = new MessageItem(this, events, position(Ids.message()));
    open = item;
    item.begin();
    return item;
  }

  /** Begins a call of the code interpreter. */
  CallItem call(String containerId) {
    requireNoneOpen();
    boolean live = include.contains(Include.CELL_OUTPUT);
    CallItem item =
        new CallItem(this, events, position(Ids.codeInterpreterCall()), containerId, live);
    open = item;
    item.begin();
    return item;
  }

  /** What is finished so far, whole. */
  List<ObjectNode> done() {
    return List.copyOf(done);
  }

  /** Ends whatever is open, as incomplete. */
  void abandon() {
    Open item = open;
    if (item != null) {
      item.abandon();
    }
  }

  void added(ItemPosition at, ObjectNode item) {
    events.item("response.output_item.added", at.outputIndex(), ItemView.of(item, include));
  }

  /** The item's effect is about to begin. */
  void running(ItemPosition at, ObjectNode item) {
    journal.item(at.outputIndex(), item);
  }

  void finished(ItemPosition at, ObjectNode item) {
    journal.item(at.outputIndex(), item);
    events.item("response.output_item.done", at.outputIndex(), ItemView.of(item, include));
    done.add(item);
    open = null;
  }

  private ItemPosition position(String id) {
    return new ItemPosition(id, done.size());
  }

  private void requireNoneOpen() {
    if (open != null) {
      throw new IllegalStateException("an output item is still open: " + open);
    }
  }

  static ObjectNode item(String id, String type, String status) {
    ObjectNode item = Json.MAPPER.createObjectNode();
    item.put("id", id);
    item.put("type", type);
    item.put("status", status);
    return item;
  }
}
