package dev.sandglass.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.config.Edition;
import dev.sandglass.container.ContainerLife.Status;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When a container is active, idle, expired (guide.md "Container Lifecycle"). */
class ContainerLifeTest {

  private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void itIsActiveForAMinuteAfterItsLastUseThenIdle() {
    assertThat(after(Edition.GUIDE, 0, Duration.ofSeconds(59))).isEqualTo(Status.ACTIVE);
    assertThat(after(Edition.GUIDE, 0, Duration.ofSeconds(60))).isEqualTo(Status.IDLE);
  }

  @Test
  void itExpiresTwentyMinutesAfterItsLastUse() {
    assertThat(after(Edition.GUIDE, 30, Duration.ofSeconds(1199))).isEqualTo(Status.IDLE);
    assertThat(after(Edition.GUIDE, 30, Duration.ofMinutes(20))).isEqualTo(Status.EXPIRED);
  }

  @Test
  void itExpiresAfterAnHourHoweverItIsUsed() {
    assertThat(after(Edition.GUIDE, 59, Duration.ofSeconds(59))).isEqualTo(Status.ACTIVE);
    assertThat(after(Edition.GUIDE, 59, Duration.ofSeconds(60))).isEqualTo(Status.EXPIRED);
  }

  @Test
  void theHostedServicesHasNoLastHour() {
    assertThat(after(Edition.OPENAI, 600, Duration.ofSeconds(30))).isEqualTo(Status.ACTIVE);
    assertThat(after(Edition.OPENAI, 600, Duration.ofMinutes(20))).isEqualTo(Status.EXPIRED);
  }

  @Test
  void nothingExpiresWhileItIsInUse() {
    Instant later = MADE.plus(Duration.ofHours(3));
    assertThat(ContainerLife.status(container(Edition.GUIDE, MADE), true, HOUR, later))
        .isEqualTo(Status.ACTIVE);
  }

  @Test
  void itEndedByItsClocksOrWithTheUseThatHeldItBeyondThem() {
    assertThat(ContainerLife.expiredAt(container(Edition.GUIDE, MADE), HOUR))
        .isEqualTo(MADE.plus(Duration.ofMinutes(20)));
    Instant late = MADE.plus(Duration.ofMinutes(65));
    assertThat(ContainerLife.expiredAt(container(Edition.GUIDE, late), HOUR)).isEqualTo(late);
  }

  @Test
  void itIsForgottenWhenItsRetentionIsOver() {
    Container c = container(Edition.GUIDE, MADE);
    Duration kept = Duration.ofDays(30);
    Instant over = MADE.plus(Duration.ofMinutes(20)).plus(kept);
    assertThat(ContainerLife.forgotten(c, false, HOUR, kept, over.minusMillis(1))).isFalse();
    assertThat(ContainerLife.forgotten(c, false, HOUR, kept, over)).isTrue();
    assertThat(ContainerLife.forgotten(c, true, HOUR, kept, over)).as("in use").isFalse();
  }

  @Test
  void theWordsAreTheEditions() {
    assertThat(Status.IDLE.wire(Edition.GUIDE)).isEqualTo("idle");
    assertThat(Status.IDLE.wire(Edition.OPENAI)).isEqualTo("running");
    assertThat(Status.EXPIRED.wire(Edition.OPENAI)).isEqualTo("expired");
  }

  /** The status some time after a last use, which was that many minutes after its making. */
  private static Status after(Edition edition, int lastUseMinutes, Duration since) {
    Instant used = MADE.plus(Duration.ofMinutes(lastUseMinutes));
    return ContainerLife.status(container(edition, used), false, HOUR, used.plus(since));
  }

  private static Container container(Edition edition, Instant lastActive) {
    return new Container(
        "cntr_1",
        "p",
        null,
        "c",
        MADE,
        lastActive,
        Duration.ofMinutes(20),
        1,
        false,
        edition,
        "",
        null);
  }
}
