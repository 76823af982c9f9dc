package dev.sandglass.responses;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts together what was said before a request, oldest first: the responses that it follows by
 * {@code previous_response_id}, and those whose messages were given back ({@link
 * InputItem.GivenBack}). For one thread.
 *
 * <p>A message given back stands for its response's output, code and what came of it included. If
 * the question that it answers isn't given with it, it stands for the whole conversation until
 * then. No response counts twice.
 */
final class Conversation {

  private final ResponseStore store;
  private final String project;
  private final int maxChain;
  private final UnaryOperator<InputItem> resolve;
  private final List<InputItem> items = new ArrayList<>();
  private final Deque<String> containers = new ArrayDeque<>();
  private final Set<String> seen = new HashSet<>();

  Conversation(
      ResponseStore store, String project, int maxChain, UnaryOperator<InputItem> resolve) {
    this.store = store;
    this.project = project;
    this.maxChain = maxChain;
    this.resolve = resolve;
  }

  /** All items so far. */
  List<InputItem> items() {
    return List.copyOf(items);
  }

  int size() {
    return items.size();
  }

  /** The containers that were used, the latest first. */
  List<String> containers() {
    return containers.stream().distinct().toList();
  }

  /** Responses that follow each other, oldest first. */
  void follow(Iterable<StoredResponse> chain) {
    for (StoredResponse response : chain) {
      if (seen.add(response.id())) {
        inputOf(response);
        response.output().forEach(i -> items.add(ItemReader.read(i, "input")));
        used(response.containerId());
      }
    }
  }

  /** An item of a request's input. */
  void add(InputItem item) {
    if (item instanceof InputItem.GivenBack reply) {
      giveBack(reply);
      return;
    }
    InputItem resolved = resolve.apply(item);
    items.add(resolved);
    if (resolved instanceof InputItem.Call call && !call.containerId().isEmpty()) {
      used(call.containerId());
    }
  }

  private void giveBack(InputItem.GivenBack reply) {
    StoredResponse response = store.find(project, reply.responseId()).orElse(null);
    if (response == null) {
      // Deleted, or never stored: what it says itself is all that is left.
      items.add(reply.message());
      used(reply.containerId());
    } else if (seen.add(response.id())) {
      if (!questionStandsBefore()) {
        before(response);
      }
      outputOf(response, reply.message());
      used(response.containerId());
    }
  }

  private boolean questionStandsBefore() {
    return !items.isEmpty()
        && items.getLast() instanceof InputItem.Message m
        && m.role() == InputItem.Role.USER;
  }

  private void before(StoredResponse response) {
    Deque<StoredResponse> chain = new ArrayDeque<>();
    String id = response.previousId();
    while (id != null && !seen.contains(id)) {
      if (chain.size() >= maxChain) {
        throw ContextLoader.tooLong(maxChain, "input");
      }
      StoredResponse earlier = store.find(project, id).orElse(null);
      if (earlier == null) {
        break;
      }
      chain.addFirst(earlier);
      id = earlier.previousId();
    }
    follow(chain);
    inputOf(response);
  }

  private void inputOf(StoredResponse response) {
    response.input().forEach(i -> add(ItemReader.read(i, "input")));
  }

  /** Its code and words; if the client has changed the words, those of the client. */
  private void outputOf(StoredResponse response, InputItem.Message message) {
    boolean same = GuideMembers.text(response.output()).equals(text(message));
    for (ObjectNode item : response.output()) {
      InputItem read = ItemReader.read(item, "input");
      if (same || !(read instanceof InputItem.Message)) {
        items.add(read);
      }
    }
    if (!same) {
      items.add(message);
    }
  }

  private static String text(InputItem.Message message) {
    StringBuilder text = new StringBuilder();
    for (ContentPart part : message.parts()) {
      if (part instanceof ContentPart.Text(var words)) {
        text.append(words);
      }
    }
    return text.toString();
  }

  private void used(@Nullable String container) {
    if (container != null) {
      containers.addFirst(container);
    }
  }
}
