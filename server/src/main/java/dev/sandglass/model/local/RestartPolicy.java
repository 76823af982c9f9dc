package dev.sandglass.model.local;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether and when a dead child gets a successor: pauses double with each death, and too
 * many deaths within a window end it. Pure.
 *
 * @param limit deaths within the window that are survived
 */
record RestartPolicy(int limit, Duration window, Duration firstPause, Duration longestPause) {
  static final RestartPolicy DEFAULT =
      new RestartPolicy(5, Duration.ofMinutes(10), Duration.ofMillis(500), Duration.ofSeconds(15));

  /** The pause before the next child, or empty to give up; {@code deaths} includes the newest. */
  Optional<Duration> next(List<Instant> deaths, Instant now) {
    long recent = deaths.stream().filter(death -> death.isAfter(now.minus(window))).count();
    if (recent > limit) {
      return Optional.empty();
    }
    Duration pause = firstPause.multipliedBy(1L << Math.max(0, Math.min(recent - 1, 20)));
    return Optional.of(pause.compareTo(longestPause) > 0 ? longestPause : pause);
  }
}
