package dev.sandglass.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model did in one step.
 *
 * @param text its words ("" if none), without the code
 * @param calls the code that it wants run, in order; empty when it has answered. In {@code BLOCKS}
 *     at most one
 * @param finish why it stopped
 * @param usage tokens, estimated where the endpoint doesn't say
 */
public record ModelStep(String text, List<PythonCall> calls, Finish finish, Usage usage) {

  /** One piece of code; {@code callId} is the upstream's id of the tool call, or made up. */
  public record PythonCall(String callId, String code) {}

  /** Tokens of one step. */
  public record Usage(
      long inputTokens, long cachedTokens, long outputTokens, long reasoningTokens) {
    public static final Usage ZERO = new Usage(0, 0, 0, 0);

    public Usage plus(Usage other) {
      return new Usage(
          inputTokens + other.inputTokens,
          cachedTokens + other.cachedTokens,
          outputTokens + other.outputTokens,
          reasoningTokens + other.reasoningTokens);
    }
  }

  public enum Finish {
    STOP,
    /** The output token limit was met; the last code or text is cut. */
    LENGTH,
    CONTENT_FILTER
  }

  /** The last call, or null. */
  public @Nullable PythonCall lastCall() {
    return calls.isEmpty() ? null : calls.getLast();
  }
}
