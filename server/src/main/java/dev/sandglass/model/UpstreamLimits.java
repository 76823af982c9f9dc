package dev.sandglass.model;

import java.time.Duration;

/**
 * How long and how much an upstream may.
 *
 * @param connect until the connection stands
 * @param firstToken from the request to the first token, prompt processing included
 * @param idle between two pieces of the answer
 * @param total for one step, all attempts included
 * @param attempts how often a request is sent at most, if it fails before its first token
 * @param maxLineBytes the longest line of the stream
 * @param maxResponseBytes the longest answer of one step, on the wire
 */
public record UpstreamLimits(
    Duration connect,
    Duration firstToken,
    Duration idle,
    Duration total,
    int attempts,
    int maxLineBytes,
    long maxResponseBytes) {

  /** Reasoning models may think for minutes before the first token. */
  public static final UpstreamLimits DEFAULT =
      new UpstreamLimits(
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          Duration.ofMinutes(15),
          4,
          4 << 20,
          32 << 20);

  public UpstreamLimits {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1, not " + attempts);
    }
  }
}
