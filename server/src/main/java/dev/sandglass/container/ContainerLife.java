package dev.sandglass.container;

import java.time.Duration;
import java.time.Instant;

/**
 * When a container ends, as pure functions of its record and the time (guide.md "Container
 * Lifecycle"; openai-api.md 1.7). Nothing expires while it is in use: the clocks take effect at the
 * end of the use.
 */
final class ContainerLife {

  /** A container unused for longer than this shows as idle. */
  static final Duration ACTIVE_FOR = Duration.ofMinutes(1);

  private ContainerLife() {}

  /** The wire's {@code status}. */
  static Status status(Container c, boolean inUse, Duration maxLife, Instant now) {
    if (c.endedAt() != null) {
      return Status.EXPIRED;
    }
    if (inUse) {
      return Status.ACTIVE;
    }
    if (!now.isBefore(endsAt(c, maxLife))) {
      return Status.EXPIRED;
    }
    return now.isBefore(c.lastActiveAt().plus(ACTIVE_FOR)) ? Status.ACTIVE : Status.IDLE;
  }

  /** When it ends if nobody uses it again: the earlier of its life's end and its idle time's. */
  static Instant endsAt(Container c, Duration maxLife) {
    Instant byIdling = c.lastActiveAt().plus(c.idleTimeout());
    Instant byAge = c.createdAt().plus(maxLife);
    return byIdling.isBefore(byAge) ? byIdling : byAge;
  }

  enum Status {
    ACTIVE,
    IDLE,
    EXPIRED
  }
}
