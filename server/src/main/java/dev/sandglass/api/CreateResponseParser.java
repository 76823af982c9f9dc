package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Fields;
import dev.sandglass.config.Edition;
import dev.sandglass.config.Trait;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.responses.CodeInterpreter;
import dev.sandglass.responses.Include;
import dev.sandglass.responses.InputItem;
import dev.sandglass.responses.ResponseRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and checks the body of {@code POST /v1/responses} in the order of the hosted service
 * (openai-api.md 4.9), as far as nothing has to be looked up. What the API has but Sandglass hasn't
 * is refused by name. Stateless but for what it is made with; thread-safe.
 */
final class CreateResponseParser {

  private static final String[] KNOWN = {
    "model",
    "input",
    "instructions",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "max_tool_calls",
    "max_output_tokens",
    "include",
    "previous_response_id",
    "conversation",
    "store",
    "background",
    "stream",
    "stream_options",
    "text",
    "reasoning",
    "temperature",
    "top_p",
    "top_logprobs",
    "truncation",
    "context_management",
    "metadata",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "service_tier",
    "user",
    "prompt",
    "moderation",
    "access_programs",
    "image"
  };

  /** Of Chat Completions; the hint says where they have moved to. */
  private static final Map<String, String> MOVED =
      Map.of(
          "messages", "'input'",
          "response_format", "'text.format'",
          "reasoning_effort", "'reasoning.effort'",
          "verbosity", "'text.verbosity'",
          "max_completion_tokens", "'max_output_tokens'",
          "max_tokens", "'max_output_tokens'");

  private final Edition edition;
  private final Consumer<String> checkModel;

  /**
   * A parser.
   *
   * @param checkModel throws if nothing answers for a model's name
   */
  CreateResponseParser(Edition edition, Consumer<String> checkModel) {
    this.edition = edition;
    this.checkModel = checkModel;
  }

  ResponseRequest parse(JsonNode json) {
    Fields body = Fields.of(json);
    String model = model(body);
    JsonNode input = input(body);
    onlyKnown(body);
    List<InputItem> items =
        input == null ? List.of() : new InputParser(edition).items(input, inputName(body));
    String previous = previousResponse(body);
    refuse(
        body, "prompt", "Stored prompts are not available here: send 'instructions' and 'input'.");
    refuse(body, "moderation", "Moderation is not available here.");
    Set<Include> include = include(body);
    ToolsParser.Tools tools = new ToolsParser(edition).parse(body);
    ToolChoiceParser.Choice choice = ToolChoiceParser.parse(body, tools.codeInterpreter());
    InputParser.checkFilesHaveTool(items, tools.codeInterpreter(), inputName(body));
    Tuning tuning = Tuning.read(body, choice);
    boolean store = body.bool("store", true);
    boolean stream = body.bool("stream", false);
    boolean obfuscation = obfuscation(body);
    refuseUnbuilt(body);
    ObjectNode echo = tuning.echo();
    echo.put("model", model);
    echo.put("previous_response_id", previous);
    echo.put("store", store);
    echo.set("tools", tools.echo());
    echo.set("tool_choice", choice.echo());
    CodeInterpreter tool = tools.codeInterpreter();
    return new ResponseRequest(
        model,
        body.string("instructions"),
        items,
        tool,
        tool == null ? PythonChoice.NONE : choice.python(),
        tuning.maxToolCalls(),
        tuning.maxOutputTokens(),
        tuning.temperature(),
        tuning.topP(),
        include,
        previous,
        store,
        stream,
        obfuscation,
        echo,
        tuning.extra(),
        edition);
  }

  private String model(Fields body) {
    JsonNode value = body.any("model");
    if (value == null) {
      throw ApiException.missing("model");
    }
    String model = body.string("model", 256);
    if (model == null || model.isBlank()) {
      throw ApiException.invalid(
          "The requested model '" + model + "' does not exist.", "model_not_found", "model");
    }
    checkModel.accept(model);
    return model;
  }

  /** {@code input}, or the {@code messages} in its place. */
  private @Nullable JsonNode input(Fields body) {
    boolean messages = inputName(body).equals("messages");
    if (messages && body.has("input")) {
      throw ApiException.invalid(
          "Only one of 'input' and 'messages' may be given.",
          "mutually_exclusive_parameters",
          null);
    }
    JsonNode input = body.any(inputName(body));
    if (input == null && !body.has("previous_response_id")) {
      for (String moved : MOVED.keySet()) {
        if (moved.equals("messages") && body.has(moved)) {
          throw moved(moved);
        }
      }
      if (!body.has("prompt") && !body.has("conversation")) {
        throw ApiException.missing("input");
      }
    }
    return input;
  }

  private String inputName(Fields body) {
    return edition.has(Trait.MESSAGES) && body.has("messages") ? "messages" : "input";
  }

  private void onlyKnown(Fields body) {
    for (String name : body.node().propertyNames()) {
      boolean taken = name.equals("messages") && edition.has(Trait.MESSAGES);
      if (MOVED.containsKey(name) && !taken) {
        throw moved(name);
      }
    }
    ObjectNode without = body.node().deepCopy();
    without.remove("messages");
    Fields.of(without).onlyKnown(KNOWN);
  }

  private static ApiException moved(String name) {
    return ApiException.invalid(
        "Unsupported parameter: '"
            + name
            + "'. In the Responses API, this parameter has moved to "
            + MOVED.get(name)
            + ".",
        "unsupported_parameter",
        name.equals("messages") ? null : name);
  }

  private static @Nullable String previousResponse(Fields body) {
    String previous = body.string("previous_response_id");
    if (previous != null && body.has("conversation")) {
      throw ApiException.invalid(
          "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are"
              + " only providing one of them.",
          "mutually_exclusive_parameters",
          null);
    }
    refuse(
        body,
        "conversation",
        "Conversations are not available here yet: use 'previous_response_id'.");
    return previous;
  }

  private static Set<Include> include(Fields body) {
    Set<Include> include = EnumSet.noneOf(Include.class);
    int i = 0;
    for (String name : body.strings("include", 50)) {
      String at = body.element("include", i++);
      include.add(
          Include.of(name).orElseThrow(() -> ApiException.value(at, name, Include.wireNames())));
    }
    return include;
  }

  private static boolean obfuscation(Fields body) {
    Fields options = body.object("stream_options");
    if (options == null) {
      return true;
    }
    options.onlyKnown("include_obfuscation");
    return options.bool("include_obfuscation", true);
  }

  private static void refuseUnbuilt(Fields body) {
    if (body.bool("background", false)) {
      throw ApiException.unsupported(
          "background", "Background responses are not available here yet: leave it out.");
    }
    refuse(body, "context_management", "Compaction is not available here.");
    refuse(body, "access_programs", "It is not available here.");
    refuse(body, "image", "It is not available here.");
  }

  private static void refuse(Fields body, String name, String why) {
    if (body.has(name)) {
      throw ApiException.unsupported(name, why);
    }
  }
}
