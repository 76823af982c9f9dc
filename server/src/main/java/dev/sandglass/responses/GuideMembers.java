package dev.sandglass.responses;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the guide's clients read beside the members of the Response object: {@code
 * choices[0].message} and {@code tool_outputs}. Both are always there. Pure.
 */
final class GuideMembers {

  private GuideMembers() {}

  /**
   * Adds them.
   *
   * @param response the wire's object
   * @param items its output, whole
   * @param containerId the container that its code ran in, or could have
   */
  static void add(ObjectNode response, List<ObjectNode> items, @Nullable String containerId) {
    choice(response, response.putArray("choices").addObject(), items, containerId);
    ArrayNode outputs = response.putArray("tool_outputs");
    items.stream()
        .filter(i -> isOf(i, "code_interpreter_call"))
        .forEach(call -> outputs.add(output(call)));
  }

  /**
   * The message says by {@code response_id} and {@code container_id} what it belongs to: given back
   * among the messages of a request, it continues there ({@link Conversation}).
   */
  private static void choice(
      ObjectNode response,
      ObjectNode choice,
      List<ObjectNode> items,
      @Nullable String containerId) {
    choice.put("index", 0);
    choice.put("finish_reason", finishReason(response));
    choice
        .putObject("message")
        .put("role", "assistant")
        .put("content", text(items))
        .put("response_id", text(response, "id"))
        .put("container_id", containerId);
  }

  private static @Nullable String finishReason(ObjectNode response) {
    return switch (text(response, "status")) {
      case "completed" -> "stop";
      case "incomplete" ->
          response.at("/incomplete_details/reason").asString("").equals("content_filter")
              ? "content_filter"
              : "length";
      default -> null;
    };
  }

  /** All that was said, as one text. */
  static String text(List<ObjectNode> items) {
    return items.stream()
        .filter(i -> isOf(i, "message"))
        .map(m ->
            m.path("content").values().stream()
                .map(p -> text(p, "text"))
                .collect(Collectors.joining()))
        .filter(t -> !t.isBlank())
        .collect(Collectors.joining("\n\n"));
  }

  private static ObjectNode output(ObjectNode call) {
    ObjectNode output = call.objectNode();
    output.put("id", text(call, "id"));
    output.put("type", "code_interpreter");
    output.put("status", text(call, "status"));
    output.put("container_id", text(call, "container_id"));
    output.put("logs", logs(call));
    CallReport.of(call).writeTo(output, text(call, "container_id"));
    return output;
  }

  private static String logs(ObjectNode call) {
    return call.path("outputs").values().stream()
        .map(o -> text(o, "logs"))
        .filter(l -> !l.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  private static boolean isOf(ObjectNode item, String type) {
    return text(item, "type").equals(type);
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}
