package dev.sandglass.billing;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of the ledger: a session of a container, and what it costs.
 *
 * @param number which of the container's sessions, from 0: one that lives longer than {@code
 *     billing.session} has several
 * @param key the API key that made the container; null where none is needed
 * @param endedAt null while it is open
 * @param price US dollars
 */
public record Fee(
    String container,
    int number,
    String project,
    @Nullable String key,
    Instant startedAt,
    @Nullable Instant endedAt,
    BigDecimal price) {

  /** This session, ended; not before it began. */
  Fee ended(Instant at) {
    return new Fee(
        container, number, project, key, startedAt, at.isBefore(startedAt) ? startedAt : at, price);
  }

  /** The session that follows this one without a gap. */
  Fee next(Instant at, BigDecimal itsPrice) {
    return new Fee(container, number + 1, project, key, at, null, itsPrice);
  }
}
