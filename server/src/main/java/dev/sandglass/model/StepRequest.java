package dev.sandglass.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the model is shown and how it may answer.
 *
 * @param instructions the developer's instructions, or null
 * @param transcript everything so far, oldest first; the last entry is a user's message or a result
 * @param python whether code may be, or must be, written
 * @param temperature null: the upstream's own default
 * @param topP null: the upstream's own default
 * @param maxOutputTokens null: the upstream's own default
 * @param extra further members for the upstream's request, such as {@code reasoning_effort}; empty
 *     if none
 */
public record StepRequest(
    @Nullable String instructions,
    List<TranscriptEntry> transcript,
    PythonChoice python,
    @Nullable Double temperature,
    @Nullable Double topP,
    @Nullable Long maxOutputTokens,
    ObjectNode extra) {

  /** The same with another choice. */
  StepRequest with(PythonChoice other) {
    return new StepRequest(
        instructions, transcript, other, temperature, topP, maxOutputTokens, extra);
  }

  /** Whether the model may write code in this step. */
  public enum PythonChoice {
    NONE,
    AUTO,
    REQUIRED
  }
}
