package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Fields;
import dev.sandglass.common.Ids;
import dev.sandglass.common.Json;
import dev.sandglass.config.Edition;
import dev.sandglass.config.Trait;
import dev.sandglass.responses.CodeInterpreter;
import dev.sandglass.responses.ContentPart;
import dev.sandglass.responses.InputItem;
import dev.sandglass.responses.ItemReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks {@code input} (openai-api.md 4.3) and brings each item into its normal form: with {@code
 * type} and {@code id}, content as parts.
 */
final class InputParser {

  private static final int MAX_ITEMS = 10_000;
  private static final int MAX_NAME = 256;

  /** Items of the API whose tools Sandglass doesn't have. */
  private static final List<String> OTHERS =
      List.of(
          "function_call",
          "function_call_output",
          "custom_tool_call",
          "custom_tool_call_output",
          "compaction",
          "compaction_trigger",
          "shell_call",
          "shell_call_output",
          "apply_patch_call",
          "apply_patch_call_output",
          "local_shell_call",
          "local_shell_call_output",
          "computer_call",
          "computer_call_output",
          "file_search_call",
          "web_search_call",
          "image_generation_call",
          "mcp_list_tools",
          "mcp_approval_request",
          "mcp_approval_response",
          "mcp_call",
          "tool_search_call",
          "tool_search_output",
          "additional_tools",
          "configuration_update",
          "program",
          "program_output");

  private final Edition edition;
  private final PartsParser parts;

  InputParser(Edition edition) {
    this.edition = edition;
    this.parts = new PartsParser(edition);
  }

  /** {@code name} is the member that holds them, for messages. */
  List<InputItem> items(JsonNode input, String name) {
    if (input.isString()) {
      return input.stringValue().isEmpty() ? List.of() : List.of(said(input.stringValue()));
    }
    if (!input.isArray()) {
      throw ApiException.type(name, "one of a string or an array", Fields.typeOf(input));
    }
    ObjectNode holder = Json.MAPPER.createObjectNode();
    holder.set(name, input);
    List<InputItem> items = new ArrayList<>();
    for (Fields item : Fields.of(holder).objects(name, MAX_ITEMS)) {
      items.add(ItemReader.read(normal(item), item.path()));
    }
    return items;
  }

  /** Without the tool nobody could read a file. */
  static void checkFilesHaveTool(
      List<InputItem> items, @Nullable CodeInterpreter tool, String name) {
    boolean files =
        items.stream()
            .filter(InputItem.Message.class::isInstance)
            .flatMap(i -> ((InputItem.Message) i).parts().stream())
            .anyMatch(p -> p instanceof ContentPart.FileId || p instanceof ContentPart.FileData);
    if (files && tool == null) {
      throw ApiException.invalid(
          "Files in '"
              + name
              + "' are read by code here: add {\"type\": \"code_interpreter\"} to 'tools'.",
          "invalid_value",
          name);
    }
  }

  private static InputItem said(String text) {
    ObjectNode message = message(Ids.message(), "user");
    message.putArray("content").addObject().put("type", "input_text").put("text", text);
    return ItemReader.read(message, "input");
  }

  private ObjectNode normal(Fields item) {
    String type = item.string("type");
    if (type == null) {
      if (item.has("role")) {
        return message(item);
      }
      if (item.has("id")) {
        return reference(item);
      }
      throw ApiException.missing(item.path("type"));
    }
    return switch (type) {
      case "message" -> message(item);
      case "item_reference" -> reference(item);
      case "code_interpreter_call" -> call(item);
      case "reasoning" -> reasoning(item);
      default -> throw refused(item, type);
    };
  }

  private static ApiException refused(Fields item, String type) {
    if (OTHERS.contains(type)) {
      return ApiException.unsupported(
          item.path("type"), "Items of type '" + type + "' are not available here yet.");
    }
    return ApiException.value(
        item.path("type"),
        type,
        List.of("message", "code_interpreter_call", "reasoning", "item_reference"));
  }

  private ObjectNode message(Fields item) {
    String role = item.requiredOneOf("role", "user", "assistant", "system", "developer");
    boolean assistant = role.equals("assistant");
    // A message of the guide's `choices` comes back with whatever else it had.
    if (!edition.has(Trait.CHAT_SHAPES)) {
      item.onlyKnown("type", "id", "role", "content", "status", "phase");
    } else if (!assistant) {
      item.onlyKnown("type", "id", "role", "content", "status", "phase", "name");
      item.string("name", MAX_NAME); // of the speaker: read, and not passed on
    }
    ObjectNode message = message(id(item, Ids.message()), role);
    message.set("content", parts.parse(item, assistant));
    if (assistant && edition.has(Trait.REPLIES)) {
      replyTo(item, message);
    }
    String phase = item.oneOf("phase", "commentary", "final_answer");
    if (phase != null) {
      message.put("phase", phase);
    }
    return message;
  }

  /** The message of a response's {@code choices} says which one's it is. */
  private static void replyTo(Fields item, ObjectNode message) {
    String response = item.string("response_id", 256);
    String container = item.string("container_id", 256);
    if (response != null && !response.isEmpty()) {
      message
          .putObject(ItemReader.REPLY)
          .put("response_id", response)
          .put("container_id", container);
    }
  }

  private static ObjectNode message(String id, String role) {
    ObjectNode message = Json.MAPPER.createObjectNode();
    message.put("id", id);
    message.put("type", "message");
    message.put("status", "completed");
    message.put("role", role);
    return message;
  }

  private static ObjectNode reference(Fields item) {
    item.onlyKnown("type", "id");
    ObjectNode reference = Json.MAPPER.createObjectNode();
    reference.put("id", item.requiredString("id"));
    reference.put("type", "item_reference");
    return reference;
  }

  private static ObjectNode call(Fields item) {
    item.onlyKnown("type", "id", "status", "code", "container_id", "outputs");
    ObjectNode call = Json.MAPPER.createObjectNode();
    call.put("id", id(item, Ids.codeInterpreterCall()));
    call.put("type", "code_interpreter_call");
    String status =
        item.oneOf("status", "in_progress", "interpreting", "completed", "incomplete", "failed");
    call.put("status", status == null ? "completed" : status);
    String code = item.string("code");
    call.put("code", code == null ? "" : code);
    call.put("container_id", item.requiredString("container_id"));
    if (!item.has("outputs")) {
      call.putNull("outputs");
      return call;
    }
    var outputs = call.putArray("outputs");
    for (Fields output : item.objects("outputs", 1000)) {
      String type = output.requiredOneOf("type", "logs", "image");
      String member = type.equals("logs") ? "logs" : "url";
      output.onlyKnown("type", member);
      String value = output.string(member);
      outputs.addObject().put("type", type).put(member, value == null ? "" : value);
    }
    return call;
  }

  private static ObjectNode reasoning(Fields item) {
    item.onlyKnown("type", "id", "summary", "content", "encrypted_content", "status");
    ObjectNode reasoning = item.node().deepCopy();
    reasoning.put("id", id(item, Ids.reasoning()));
    return reasoning;
  }

  private static String id(Fields item, String made) {
    String given = item.string("id", 256);
    return given == null || given.isEmpty() ? made : given;
  }
}
