package dev.sandglass.responses;

import dev.sandglass.config.Config;
import java.time.Duration;

/**
 * The hard limits of one turn, from the configuration's {@code turn} section.
 *
 * @param maxSteps questions to the model
 * @param maxFailures cells in a row that failed, or were refused
 * @param maxTime from the first event to the answer
 * @param maxOutputTokens for a request that sets no limit itself
 * @param seenBytes the most of one cell's output that the model sees
 * @param maxImages kept of one cell
 * @param maxChain responses that a request may go on from
 */
public record TurnLimits(
    int maxSteps,
    int maxFailures,
    Duration maxTime,
    long maxOutputTokens,
    int seenBytes,
    int maxImages,
    int maxChain) {

  public static TurnLimits of(Config.Turn turn) {
    return new TurnLimits(
        turn.maxSteps(),
        turn.maxFailures(),
        turn.maxTime(),
        turn.maxOutputTokens(),
        Math.toIntExact(turn.modelOutput().bytes()),
        turn.maxImages(),
        turn.maxChain());
  }
}
