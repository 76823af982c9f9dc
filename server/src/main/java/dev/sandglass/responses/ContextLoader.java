package dev.sandglass.responses;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Text;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Collects what a request refers to: earlier responses and stored items. */
final class ContextLoader {

  private final ResponseStore store;
  private final Interrupted interrupted;
  private final int maxChain;
  private final Duration patience;

  /**
   * @param interrupted knows which responses are about to end by themselves
   * @param maxChain the longest chain of responses that a request may go on from
   * @param patience how long such a response is waited for
   */
  ContextLoader(ResponseStore store, Interrupted interrupted, int maxChain, Duration patience) {
    this.store = store;
    this.interrupted = interrupted;
    this.maxChain = maxChain;
    this.patience = patience;
  }

  /**
   * The context of a request.
   *
   * @throws ApiException 400 {@code previous_response_not_found}, 400 for one in progress, 400 for
   *     a chain beyond {@code turn.max-chain}; 404 for an item that isn't stored
   */
  TurnContext load(String project, ResponseRequest request) {
    if (request.previousResponseId() != null) {
      interrupted.await(request.previousResponseId(), patience);
    }
    Deque<StoredResponse> chain = chain(project, request.previousResponseId());
    if (chain.size() > maxChain) {
      throw tooLong(maxChain, "previous_response_id");
    }
    Conversation conversation =
        new Conversation(store, project, maxChain, i -> resolved(project, i));
    conversation.follow(chain);
    int earlier = conversation.size();
    for (InputItem item : request.input()) {
      conversation.add(item);
      if (item instanceof InputItem.GivenBack) {
        earlier = conversation.size(); // what stands before a reply was said before
      }
    }
    List<InputItem> items = conversation.items();
    return new TurnContext(
        items.subList(0, earlier), items.subList(earlier, items.size()), conversation.containers());
  }

  static ApiException tooLong(int maxChain, String parameter) {
    return ApiException.invalid(
        "More than "
            + maxChain
            + " responses come before this one, the limit turn.max-chain: begin anew with what"
            + " matters of them as input, or have the limit raised.",
        null,
        parameter);
  }

  /** All items of a stored response's input, its chain's first. */
  List<ObjectNode> inputOf(String project, StoredResponse response) {
    List<ObjectNode> items = new ArrayList<>();
    for (StoredResponse earlier : earlier(project, response.previousId())) {
      items.addAll(earlier.input());
      items.addAll(earlier.output());
    }
    items.addAll(response.input());
    return items;
  }

  private Deque<StoredResponse> earlier(String project, @Nullable String id) {
    boolean gone = id == null || store.find(project, id).isEmpty();
    return gone ? new ArrayDeque<>() : chain(project, id);
  }

  /** The chain that ends with {@code last}, of at most one more than are allowed. */
  private Deque<StoredResponse> chain(String project, @Nullable String last) {
    Deque<StoredResponse> chain = new ArrayDeque<>();
    String id = last;
    while (id != null && chain.size() <= maxChain) {
      StoredResponse response = store.find(project, id).orElse(null);
      if (response == null) {
        if (chain.isEmpty()) {
          throw ApiException.invalid(
              "Previous response with id '" + Text.shown(id) + "' not found.",
              "previous_response_not_found",
              "previous_response_id");
        }
        break; // deleted since: what came before it is gone with it
      }
      if (response.json().path("status").asString("").equals(ResponseStatus.IN_PROGRESS.wire())) {
        throw ApiException.invalid(
            "Previous response with id '" + id + "' is still in progress.",
            "previous_response_in_progress",
            "previous_response_id");
      }
      chain.addFirst(response);
      id = response.previousId();
    }
    return chain;
  }

  /**
   * References become what they refer to; a call given back without outputs gets the stored ones.
   */
  private InputItem resolved(String project, InputItem item) {
    return switch (item) {
      case InputItem.Reference(var id, var at, _) ->
          ItemReader.read(store.item(project, id).orElseThrow(() -> unknownItem(id)), at);
      case InputItem.Call call when call.logs() == null ->
          store
              .item(project, call.id())
              .filter(stored -> sameCode(stored, call))
              .map(stored -> ItemReader.read(stored, "input"))
              .orElse(call);
      default -> item;
    };
  }

  private static boolean sameCode(ObjectNode stored, InputItem.Call call) {
    return stored.path("code").asString("").equals(call.code());
  }

  private static ApiException unknownItem(String id) {
    return ApiException.notFound(
        "Item with id '"
            + Text.shown(id)
            + "' not found. Items are not persisted when 'store' is set to false. Try again with"
            + " 'store' set to true, or remove this item from your input.",
        "input");
  }
}
