package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Fields;
import dev.sandglass.common.Json;
import dev.sandglass.common.Text;
import dev.sandglass.config.Edition;
import dev.sandglass.config.Trait;
import dev.sandglass.container.MemorySize;
import dev.sandglass.responses.CodeInterpreter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads {@code tools} (openai-api.md 4.4): the code interpreter; all others are refused by name.
 */
final class ToolsParser {

  private static final int MAX_TOOLS = 128;
  private static final int MAX_FILES = 50;

  /** Tools of the API that Sandglass doesn't have. */
  private static final List<String> OTHERS =
      List.of(
          "function",
          "custom",
          "mcp",
          "file_search",
          "web_search",
          "web_search_preview",
          "image_generation",
          "computer",
          "computer_use_preview",
          "shell",
          "local_shell",
          "apply_patch",
          "namespace",
          "tool_search",
          "programmatic_tool_calling");

  /** The tools; {@code echo} in the form that typed clients understand. */
  record Tools(@Nullable CodeInterpreter codeInterpreter, ArrayNode echo) {}

  private final Edition edition;

  ToolsParser(Edition edition) {
    this.edition = edition;
  }

  Tools parse(Fields body) {
    CodeInterpreter found = null;
    ArrayNode echo = Json.MAPPER.createArrayNode();
    for (Fields tool : body.objects("tools", MAX_TOOLS)) {
      String type = tool.requiredString("type");
      if (!type.equals("code_interpreter")) {
        throw refused(tool, type);
      }
      if (found != null) {
        throw ApiException.invalid(
            "Invalid '" + tool.path() + "': there can be only one 'code_interpreter'.",
            "invalid_value",
            tool.path());
      }
      tool.onlyKnown("type", "container", "allowed_callers");
      callers(tool);
      List<JsonNode> echoed = new ArrayList<>();
      found = container(tool, echoed);
      ObjectNode copy = echo.addObject();
      copy.put("type", "code_interpreter");
      copy.set("container", echoed.getFirst());
    }
    return new Tools(found, echo);
  }

  private static ApiException refused(Fields tool, String type) {
    if (OTHERS.contains(type)) {
      return ApiException.unsupported(
          tool.path("type"),
          "The tool '" + type + "' is not available here; 'code_interpreter' is.");
    }
    List<String> known = new ArrayList<>(OTHERS);
    known.addFirst("code_interpreter");
    return ApiException.value(tool.path("type"), type, known);
  }

  private static void callers(Fields tool) {
    List<String> callers = tool.strings("allowed_callers", 2);
    for (int i = 0; i < callers.size(); i++) {
      if (!callers.get(i).equals("direct")) {
        throw ApiException.unsupported(
            tool.element("allowed_callers", i), "Only 'direct' calls are available here.");
      }
    }
  }

  private CodeInterpreter container(Fields tool, List<JsonNode> echo) {
    JsonNode value = tool.any("container");
    String at = tool.path("container");
    if (value == null) {
      if (!edition.has(Trait.TOOL_WITHOUT_CONTAINER)) {
        throw ApiException.missing(at);
      }
      echo.add(Json.MAPPER.createObjectNode().put("type", "auto"));
      return new CodeInterpreter.Auto(List.of());
    }
    if (value.isString()) {
      return named(value.stringValue(), at, echo);
    }
    if (!value.isObject()) {
      throw ApiException.type(at, "one of a string or an object", Fields.typeOf(value));
    }
    Fields container = Fields.of(value, at);
    String type =
        edition.has(Trait.EXISTING_CONTAINER)
            ? container.requiredOneOf("type", "auto", "existing")
            : container.requiredOneOf("type", "auto");
    if (type.equals("existing")) {
      container.onlyKnown("type", "container_id");
      return named(container.requiredString("container_id"), container.path("container_id"), echo);
    }
    echo.add(value.deepCopy());
    return auto(container);
  }

  private static CodeInterpreter named(String id, String at, List<JsonNode> echo) {
    if (!id.startsWith("cntr")) {
      throw ApiException.invalid(
          "Invalid '" + at + "': '" + Text.shown(id) + "'. Expected an ID that begins with 'cntr'.",
          "invalid_value",
          at);
    }
    echo.add(Json.MAPPER.getNodeFactory().stringNode(id));
    return new CodeInterpreter.In(id, at);
  }

  private static CodeInterpreter auto(Fields container) {
    container.onlyKnown("type", "file_ids", "memory_limit", "network_policy");
    String memory = container.oneOf("memory_limit", MemorySize.names().toArray(String[]::new));
    Fields network = container.object("network_policy");
    if (network != null) {
      if (network.requiredOneOf("type", "disabled", "allowlist").equals("allowlist")) {
        throw ApiException.unsupported(
            network.path("type"), "Containers have no network here: use 'disabled'.");
      }
      network.onlyKnown("type");
    }
    return new CodeInterpreter.Auto(
        container.strings("file_ids", MAX_FILES),
        MemorySize.bytes(memory),
        container.path("memory_limit"));
  }
}
