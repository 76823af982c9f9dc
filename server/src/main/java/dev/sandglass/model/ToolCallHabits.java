package dev.sandglass.model;

import dev.sandglass.model.ChatListener.ToolCallDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Sorts streamed tool-call pieces into calls, whatever the endpoint's habits: the index missing or
 * always 0, the id missing, empty, or new with each piece, the name repeated, arguments as an
 * object, everything in one lump, the old {@code function_call}. Not thread-safe.
 */
final class ToolCallHabits {

  /** More calls in one step than any honest model makes. */
  static final int MAX_CALLS = 32;

  private static final class Call {
    private final int ordinal;
    private final @Nullable Integer index;
    private @Nullable String id;
    private String name = "";
    private final JsonBalance balance = new JsonBalance();

    private Call(int ordinal, @Nullable Integer index) {
      this.ordinal = ordinal;
      this.index = index;
    }
  }

  private final List<Call> calls = new ArrayList<>();

  /** Takes a {@code delta} or {@code message} object. */
  void accept(JsonNode delta, Consumer<ToolCallDelta> sink) {
    JsonNode list = delta.path("tool_calls");
    if (list.isArray()) {
      for (JsonNode piece : list) {
        piece(piece, piece.path("function"), sink);
      }
    } else if (list.isObject()) {
      piece(list, list.path("function"), sink);
    }
    JsonNode old = delta.path("function_call");
    if (old.isObject()) {
      piece(old, old, sink);
    }
  }

  boolean any() {
    return !calls.isEmpty();
  }

  private void piece(JsonNode piece, JsonNode function, Consumer<ToolCallDelta> sink) {
    Integer index = piece.path("index").isInt() ? piece.path("index").asInt() : null;
    String id = piece.path("id").isString() ? piece.path("id").asString() : "";
    String name = function.path("name").isString() ? function.path("name").asString() : "";
    JsonNode rawArguments = function.path("arguments");
    String arguments =
        rawArguments.isString()
            ? rawArguments.asString()
            : rawArguments.isObject() ? rawArguments.toString() : "";
    Call call = find(index, id, name);
    if (call == null) {
      if (calls.size() == MAX_CALLS) {
        return;
      }
      call = new Call(calls.size(), index);
      calls.add(call);
    }
    if (call.id == null && !id.isEmpty()) {
      call.id = id;
    }
    if (!name.isEmpty() && !name.equals(call.name) && call.balance.untouched()) {
      call.name += name; // whole at once, or in pieces
    }
    call.balance.feed(arguments);
    sink.accept(new ToolCallDelta(call.ordinal, call.id, call.name, arguments));
  }

  private @Nullable Call find(@Nullable Integer index, String id, String name) {
    Call byId = id.isEmpty() ? null : last(c -> id.equals(c.id));
    if (byId != null) {
      return byId;
    }
    Call candidate =
        index == null
            ? (calls.isEmpty() ? null : calls.getLast())
            : last(c -> index.equals(c.index));
    if (candidate == null) {
      return null;
    }
    // The same index, or none, but another call: a new name after complete arguments says so.
    boolean another = !name.isEmpty() && candidate.balance.complete();
    return another ? null : candidate;
  }

  private @Nullable Call last(java.util.function.Predicate<Call> test) {
    for (Call call : calls.reversed()) {
      if (test.test(call)) {
        return call;
      }
    }
    return null;
  }

  /** Whether a JSON object, seen in pieces, has come to its closing brace. */
  private static final class JsonBalance {
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean started;

    void feed(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        started = true;
        if (escaped) {
          escaped = false;
        } else if (inString) {
          escaped = c == '\\';
          inString = c != '"';
        } else if (c == '"') {
          inString = true;
        } else if (c == '{' || c == '[') {
          depth++;
        } else if (c == '}' || c == ']') {
          depth--;
        }
      }
    }

    boolean untouched() {
      return !started;
    }

    boolean complete() {
      return started && depth <= 0 && !inString;
    }
  }
}
