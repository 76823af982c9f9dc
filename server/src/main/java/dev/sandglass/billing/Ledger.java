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
 * is made, taken back if that fails, and never changed but for its end. Thread-safe.
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

  /**
   * Opens a container's session, unless it has one or has ended.
   *
   * @return whether it is this call that opened it
   */
  public boolean open(String project, @Nullable String key, String container) {
    return repository.open(
        new Fee(container, 0, project, key, clock.instant(), null, tariff.price()));
  }

  /** Takes back what {@link #open} has written for a process that could not be made. */
  public void withdraw(String container) {
    repository.delete(container);
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
