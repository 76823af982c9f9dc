package dev.sandglass.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long to wait before the next attempt. Pure. */
final class Backoff {

  static final Duration FIRST = Duration.ofMillis(500);
  static final Duration LONGEST = Duration.ofSeconds(8);

  /** An endpoint that wants us to wait longer than this gets no second attempt. */
  static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(60);

  private Backoff() {}

  /**
   * The wait after a failed attempt.
   *
   * @param attempt which one failed, from 1
   * @param asked the endpoint's {@code Retry-After}
   * @param random from 0 to 1; spreads clients that failed together
   * @return null if it is not worth waiting
   */
  static @Nullable Duration after(int attempt, @Nullable Duration asked, double random) {
    if (asked != null && !asked.isNegative()) {
      return asked.compareTo(LONGEST_RETRY_AFTER) > 0 ? null : asked;
    }
    long millis = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(attempt - 1, 10));
    return Duration.ofMillis((long) (millis * (0.75 + 0.25 * random)));
  }
}
