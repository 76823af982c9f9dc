package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.sandbox.oci.Shortage.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortageTest {

  private static final long MIB = 1 << 20;

  @ParameterizedTest(name = "{0}: {1} MiB of 100, waited {2} %, short before {3}: {4}")
  @CsvSource({
    "enough,              100, 0,   false, false",
    "a byte less,          99, 0,   false, true",
    "not over at once,    124, 0,   true,  true",
    "over,                125, 0,   true,  false",
    "waiting a little,    100, 9.9, false, false",
    "waiting,             199, 10,  false, true",
    "waiting with plenty, 200, 10,  false, false",
  })
  void itBeginsBelowTheLimitAndEndsAQuarterAboveIt(
      String name, long mib, double stalled, boolean before, boolean expected) {
    Shortage last = new Shortage(before, Reading.UNKNOWN, 0);
    Reading now = new Reading(1000 * MIB, mib * MIB, stalled);
    assertThat(last.after(now, 100 * MIB).is()).isEqualTo(expected);
  }

  @Test
  void withoutALimitNothingIsShort() {
    assertThat(Shortage.NONE.after(new Reading(1, 0, 100), 0).is()).isFalse();
  }

  @Test
  void aHostsFilesAreRead() {
    String meminfo =
        """
        MemTotal:       24684092 kB
        MemFree:         9999999 kB
        MemAvailable:   23553660 kB
        """;
    String pressure =
        """
        some avg10=55.00 avg60=0.00 avg300=0.00 total=427357
        full avg10=12.50 avg60=0.00 avg300=0.00 total=83373
        """;
    assertThat(Reading.of(meminfo, pressure))
        .isEqualTo(new Reading(24684092L << 10, 23553660L << 10, 12.5));
    assertThat(Reading.of(meminfo, "").stalled()).isZero();
    assertThat(Reading.of("", "")).isEqualTo(Reading.UNKNOWN);
  }

  @Test
  void whoIsRefusedHearsLimitValueAndWayOut() {
    PretendedMemory pretended = new PretendedMemory(8192 * MIB, 511 * MIB);
    try (HostMemory memory = pretended.host(512 * MIB)) {
      assertThatThrownBy(memory::admit)
          .isInstanceOfSatisfying(
              SandglassException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
          .hasMessage(
              "The server is short of memory: 511.00 MiB are available, and 512.00 MiB must be for a"
                  + " new container (sandbox.memory-free). Try again later, end containers that are"
                  + " no longer needed, or give the server more memory.");
      assertThat(memory.most()).isEqualTo((8192 - 512) * MIB);
    }
    try (HostMemory memory = pretended.host(511 * MIB)) {
      assertThatCode(memory::admit).doesNotThrowAnyException();
    }
  }

  @Test
  void whatIsBeingMadeIsCountedUntilALookHasSeenIt() {
    PretendedMemory pretended = new PretendedMemory(8192 * MIB, 612 * MIB);
    try (HostMemory memory = pretended.host(512 * MIB)) {
      HostMemory.Promise first = memory.promise(60 * MIB);
      HostMemory.Promise second = memory.promise(40 * MIB);
      assertThatThrownBy(() -> memory.promise(1))
          .isInstanceOfSatisfying(
              SandglassException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
          .hasMessageContaining("512.00 MiB must be")
          .hasMessageContaining("which may take 100.00 MiB")
          .hasMessageContaining("sandbox.memory-free");
      second.close();
      assertThatThrownBy(() -> memory.promise(40 * MIB)).as("nobody has looked").isNotNull();
      memory.watch(isShort -> {});
      pretended.has(612 * MIB);
      memory.promise(40 * MIB).close();
      first.close();
    }
  }

  @Test
  void withoutALimitAnythingIsPromised() {
    try (HostMemory memory = HostMemory.enough()) {
      memory.promise(Long.MAX_VALUE).close();
      memory.promise(Long.MAX_VALUE).close();
    }
  }

  @Test
  void thisHostTellsItsMemory() {
    try (HostMemory memory = HostMemory.ofThisHost(0)) {
      assertThat(memory.most()).isBetween(MIB, 1L << 50);
    }
  }
}
