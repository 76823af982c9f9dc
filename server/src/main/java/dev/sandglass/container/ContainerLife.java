package dev.sandglass.container;

import dev.sandglass.config.Edition;
import dev.sandglass.config.Trait;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * When a container ends, as pure functions of its record and the time (guide.md "Container
 * Lifecycle"; openai-api.md 1.7). Nothing expires while it is in use: the clocks take effect at the
 * end of the use.
 */
final class ContainerLife {

  /** A container unused for longer than this shows as idle. */
  static final Duration ACTIVE_FOR = Duration.ofMinutes(1);

  private ContainerLife() {}

  /** What the wire's {@code status} tells. */
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

  /** When it ends if nobody uses it again: after its idle time, or when its life is over. */
  static Instant endsAt(Container c, Duration maxLife) {
    Instant byIdling = c.lastActiveAt().plus(c.idleTimeout());
    if (!c.edition().has(Trait.LIFE_LIMIT)) {
      return byIdling;
    }
    Instant byAge = c.createdAt().plus(maxLife);
    return byIdling.isBefore(byAge) ? byIdling : byAge;
  }

  /**
   * When one that has expired did so: by its clocks, or at the end of the use that held it beyond
   * them.
   */
  static Instant expiredAt(Container c, Duration maxLife) {
    Instant byClocks = endsAt(c, maxLife);
    return byClocks.isBefore(c.lastActiveAt()) ? c.lastActiveAt() : byClocks;
  }

  /** Whether it ended so long ago that its files are not kept any more. */
  static boolean forgotten(
      Container c, boolean inUse, Duration maxLife, Duration retention, Instant now) {
    if (status(c, inUse, maxLife, now) != Status.EXPIRED) {
      return false;
    }
    Instant ended = c.endedAt();
    Instant since = ended == null ? expiredAt(c, maxLife) : ended;
    return !now.isBefore(since.plus(retention));
  }

  /** The longest that it may live; null: without a limit. */
  static @Nullable Duration limit(Container c, Duration maxLife) {
    return c.edition().has(Trait.LIFE_LIMIT) ? maxLife : null;
  }

  enum Status {
    ACTIVE,
    IDLE,
    EXPIRED;

    /** The word for it. */
    String wire(Edition edition) {
      String word = name().toLowerCase(Locale.ROOT);
      return this == EXPIRED || edition.has(Trait.LIFE_STATUS) ? word : "running";
    }
  }
}
