package dev.sandglass.billing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a time into buckets, which begin at full minutes, hours or days of UTC; the first and the
 * last are cut at the time's own ends, so that together they are exactly the time.
 */
final class Buckets {

  private Buckets() {}

  /** From {@code start} up to, but without, {@code end}. */
  record Bucket(Instant start, Instant end) {}

  /** At most {@code limit} buckets of a time, the first ones. */
  static List<Bucket> of(Instant start, Instant end, Duration width, int limit) {
    List<Bucket> buckets = new ArrayList<>();
    Instant at = start;
    while (at.isBefore(end) && buckets.size() < limit) {
      Instant next = boundaryAfter(at, width);
      Instant until = next.isBefore(end) ? next : end;
      buckets.add(new Bucket(at, until));
      at = until;
    }
    return buckets;
  }

  private static Instant boundaryAfter(Instant at, Duration width) {
    long seconds = width.toSeconds();
    return Instant.ofEpochSecond((Math.floorDiv(at.getEpochSecond(), seconds) + 1) * seconds);
  }
}
