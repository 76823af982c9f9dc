package dev.sandglass.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.billing.Buckets.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Time cut into buckets. */
class BucketsTest {

  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void bucketsAreDaysOfUtcCutAtTheTimesEnds() {
    assertThat(Buckets.of(at("01T18:00:00"), at("03T06:00:00"), DAY, 10))
        .containsExactly(
            new Bucket(at("01T18:00:00"), at("02T00:00:00")),
            new Bucket(at("02T00:00:00"), at("03T00:00:00")),
            new Bucket(at("03T00:00:00"), at("03T06:00:00")));
  }

  @Test
  void theyAreAtMostTheLimit() {
    List<Bucket> some =
        Buckets.of(at("01T00:00:00"), at("02T00:00:00"), Duration.ofMinutes(1), 1440);
    assertThat(some).hasSize(1440);
    assertThat(some.getLast().end()).isEqualTo(at("02T00:00:00"));
    assertThat(Buckets.of(at("01T00:00:00"), at("09T00:00:00"), DAY, 3)).hasSize(3);
  }

  @Test
  void anEmptyTimeHasNone() {
    assertThat(Buckets.of(at("02T00:00:00"), at("02T00:00:00"), DAY, 3)).isEmpty();
  }

  private static Instant at(String time) {
    return Instant.parse("2026-01-" + time + "Z");
  }
}
