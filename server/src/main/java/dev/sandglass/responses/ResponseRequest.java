package dev.sandglass.responses;

import dev.sandglass.config.Edition;
import dev.sandglass.model.StepRequest.PythonChoice;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request to create a response, checked as far as it can be without looking anything up.
 *
 * @param model the name asked for
 * @param input oldest first
 * @param tool null if the code interpreter is not among the tools
 * @param toolChoice whether the first step may or must use it
 * @param maxToolCalls null: no limit but the turn's own
 * @param maxOutputTokens null: the turn's own limit
 * @param obfuscation whether delta events are padded
 * @param echo the members of the response that repeat the request, in wire form with their
 *     defaults: {@code instructions}, {@code tools}, {@code text}, {@code metadata} …
 * @param extra what only tunes the model, for the upstream's request
 * @param edition of the API, which the request's key speaks
 */
public record ResponseRequest(
    String model,
    @Nullable String instructions,
    List<InputItem> input,
    @Nullable CodeInterpreter tool,
    PythonChoice toolChoice,
    @Nullable Integer maxToolCalls,
    @Nullable Long maxOutputTokens,
    @Nullable Double temperature,
    @Nullable Double topP,
    Set<Include> include,
    @Nullable String previousResponseId,
    boolean store,
    boolean stream,
    boolean obfuscation,
    ObjectNode echo,
    ObjectNode extra,
    Edition edition) {

  public ResponseRequest {
    input = List.copyOf(input);
    include = Set.copyOf(include);
  }

  /** Whether the model may write code at all. */
  public boolean mayRunCode() {
    return tool != null && toolChoice != PythonChoice.NONE;
  }
}
