package dev.sandglass.billing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a life costs (guide.md "Cost Structure"). */
class TariffTest {

  private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Tariff TARIFF = new Tariff(new BigDecimal("0.03"), HOUR);

  @Test
  void aSessionOfUpToAnHourIsOneFee() {
    assertThat(fees(Duration.ZERO, HOUR)).isEqualTo(1);
    assertThat(fees(Duration.ofMinutes(20), HOUR)).isEqualTo(1);
    assertThat(fees(HOUR, HOUR)).isEqualTo(1);
  }

  @Test
  void whatATurnAddsToItsLifeCostsNothing() {
    assertThat(fees(Duration.ofMinutes(69), HOUR)).isEqualTo(1);
    assertThat(fees(Duration.ofMinutes(130), Duration.ofMinutes(120))).isEqualTo(2);
  }

  @Test
  void aContainerThatMayLiveLongerCostsAFeeForEachHourBegun() {
    assertThat(fees(HOUR, Duration.ofHours(3))).isEqualTo(1);
    assertThat(fees(HOUR.plusMillis(1), Duration.ofHours(3))).isEqualTo(2);
    assertThat(fees(Duration.ofHours(2).plusMillis(1), null)).isEqualTo(3);
    assertThat(fees(Duration.ofHours(9), Duration.ofMinutes(90))).isEqualTo(2);
  }

  @Test
  void sessionsFollowEachOtherWithoutAGap() {
    List<Fee> rows = TARIFF.due(first(), BEGUN.plus(Duration.ofMinutes(150)), true, null);
    assertThat(rows).extracting(Fee::number).containsExactly(0, 1, 2);
    assertThat(rows)
        .extracting(Fee::startedAt)
        .containsExactly(BEGUN, BEGUN.plus(HOUR), BEGUN.plus(HOUR).plus(HOUR));
    assertThat(rows)
        .extracting(Fee::endedAt)
        .containsExactly(
            BEGUN.plus(HOUR), BEGUN.plus(HOUR).plus(HOUR), BEGUN.plus(Duration.ofMinutes(150)));
  }

  @Test
  void theLastSessionStaysOpenWhileItsContainerLives() {
    List<Fee> rows = TARIFF.due(first(), BEGUN.plus(Duration.ofMinutes(90)), false, null);
    assertThat(rows.getLast().endedAt()).isNull();
    assertThat(rows.getFirst().endedAt()).isEqualTo(BEGUN.plus(HOUR));
  }

  @Test
  void noSessionEndsBeforeItBegan() {
    List<Fee> rows = TARIFF.due(first(), BEGUN.minusSeconds(5), true, HOUR);
    assertThat(rows).singleElement().extracting(Fee::endedAt).isEqualTo(BEGUN);
  }

  private static int fees(Duration lived, @Nullable Duration life) {
    return TARIFF.due(first(), BEGUN.plus(lived), true, life).size();
  }

  private static Fee first() {
    return new Fee("cntr_1", 0, "p", null, BEGUN, null, new BigDecimal("0.03"));
  }
}
