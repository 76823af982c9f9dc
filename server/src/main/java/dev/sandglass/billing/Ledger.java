package dev.sandglass.billing;

import dev.sandglass.config.Config;
import dev.sandglass.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fees of container sessions, one row each. A row is written before the process that it is for
 * is made, and never changed but for its end. Thread-safe.
 */
public final class Ledger {

  private final LedgerRepository repository;
  private final Tariff tariff;
  private final Clock clock;

  public Ledger(Database database, Config.Billing config, Clock clock) {
    this.repository = new LedgerRepository(database);
    this.tariff = new Tariff(config.sessionPrice(), config.session());
    this.clock = clock;
  }

  /** Opens a container's session, unless it has one or has ended. */
  public void open(String project, @Nullable String key, String container) {
    repository.open(new Fee(container, 0, project, key, clock.instant(), null, tariff.price()));
  }

  /**
   * Writes the fees of the sessions that have begun since.
   *
   * @param until how long the container has lived for certain
   * @param life the most that it may live; null: without a limit
   */
  public void advance(String container, Instant until, @Nullable Duration life) {
    repository.replaceLast(container, last -> tariff.due(last, until, false, life));
  }

  /** As {@link #advance}, and the container has ended then. Idempotent. */
  public void close(String container, Instant end, @Nullable Duration life) {
    repository.replaceLast(container, last -> tariff.due(last, end, true, life));
  }

  /** Containers whose open session has lasted as long as one can. */
  public List<String> overdue() {
    return repository.openSince(clock.instant().minus(tariff.session()));
  }

  /** All fees of a container, oldest first. */
  public List<Fee> of(String container) {
    return repository.of(container);
  }
}
