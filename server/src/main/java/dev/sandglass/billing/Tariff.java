package dev.sandglass.billing;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container's life costs, as pure functions (guide.md "Cost Structure"): one fee for a
 * session, another for each further one begun where containers may live longer than one.
 *
 * @param price of a session, US dollars
 * @param session how long one lasts at most
 */
record Tariff(BigDecimal price, Duration session) {

  /**
   * The rows that a container's last one leads to: itself, ended if it is over, and those begun
   * since.
   *
   * @param until how far its life is known
   * @param ended whether it ended then
   * @param life how long containers live at most by configuration; what a turn adds to it costs
   *     nothing. Null: without a limit
   */
  List<Fee> due(Fee last, Instant until, boolean ended, @Nullable Duration life) {
    List<Fee> rows = new ArrayList<>();
    Fee row = last;
    Instant next = row.startedAt().plus(session);
    while (row.number() + 1 < most(life) && next.isBefore(until)) {
      rows.add(row.ended(next));
      row = row.next(next, price);
      next = next.plus(session);
    }
    rows.add(ended ? row.ended(until) : row);
    return rows;
  }

  /** The most sessions of one container. */
  private long most(@Nullable Duration life) {
    if (life == null) {
      return Long.MAX_VALUE;
    }
    long whole = life.dividedBy(session);
    return session.multipliedBy(whole).compareTo(life) < 0 ? whole + 1 : Math.max(1, whole);
  }
}
