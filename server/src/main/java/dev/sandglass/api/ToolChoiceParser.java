package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Fields;
import dev.sandglass.common.Json;
import dev.sandglass.common.Text;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.responses.CodeInterpreter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads {@code tool_choice} (openai-api.md 4.5). */
final class ToolChoiceParser {

  private static final List<String> WORDS = List.of("none", "auto", "required");
  private static final String TOOL = "code_interpreter";

  /** What was chosen; {@code echo} as it was sent. */
  record Choice(PythonChoice python, boolean offersTool, JsonNode echo) {}

  private ToolChoiceParser() {}

  static Choice parse(Fields body, @Nullable CodeInterpreter tool) {
    JsonNode value = body.any("tool_choice");
    boolean offered = tool != null;
    if (value == null) {
      JsonNode auto = Json.MAPPER.getNodeFactory().stringNode("auto");
      return new Choice(PythonChoice.AUTO, offered, auto);
    }
    PythonChoice choice = value.isString() ? word(value.stringValue()) : object(body, value);
    if (choice == PythonChoice.REQUIRED && !offered) {
      throw ApiException.invalid(
          value.isString()
              ? "Tool choice 'required' must be specified with 'tools' parameter."
              : "Tool choice 'code_interpreter' not found in 'tools' parameter.",
          "invalid_value",
          "tool_choice");
    }
    return new Choice(choice, offered, value.deepCopy());
  }

  private static PythonChoice word(String word) {
    return switch (word) {
      case "none" -> PythonChoice.NONE;
      case "auto" -> PythonChoice.AUTO;
      case "required" -> PythonChoice.REQUIRED;
      default -> throw ApiException.value("tool_choice", word, WORDS);
    };
  }

  private static PythonChoice object(Fields body, JsonNode value) {
    if (!value.isObject()) {
      throw ApiException.type(
          body.path("tool_choice"), "one of a string or an object", Fields.typeOf(value));
    }
    Fields choice = Fields.of(value, "tool_choice");
    String type = choice.requiredString("type");
    switch (type) {
      case TOOL -> {
        choice.onlyKnown("type");
        return PythonChoice.REQUIRED;
      }
      case "allowed_tools" -> {
        choice.onlyKnown("type", "mode", "tools");
        String mode = choice.requiredOneOf("mode", "auto", "required");
        for (Fields tool : choice.objects("tools", 128)) {
          if (tool.requiredString("type").equals(TOOL)) {
            return word(mode);
          }
        }
        return PythonChoice.NONE;
      }
      default ->
          throw ApiException.unsupported(
              choice.path("type"), "The tool '" + Text.shown(type) + "' is not available here.");
    }
  }
}
