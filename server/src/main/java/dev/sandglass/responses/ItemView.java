package dev.sandglass.responses;

import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What of an item a client sees. Items are kept whole; a call's {@code outputs} are null unless
 * asked for (openai-api.md 4.8), and what is kept for the model alone never shows.
 */
final class ItemView {

  /** What the model was shown of a cell; not part of the wire. */
  static final String SEEN = "sandglass_seen";

  private ItemView() {}

  static ObjectNode of(ObjectNode item, Set<Include> include) {
    boolean call = "code_interpreter_call".equals(item.path("type").asString(""));
    if (!call && !item.has(ItemReader.REPLY)) {
      return item;
    }
    ObjectNode view = item.deepCopy();
    view.remove(ItemReader.REPLY);
    view.remove(SEEN);
    view.remove(CallReport.KEY);
    if (call && !include.contains(Include.OUTPUTS)) {
      view.putNull("outputs");
    }
    return view;
  }
}
