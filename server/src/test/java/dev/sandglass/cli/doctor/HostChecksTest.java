package dev.sandglass.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.cli.doctor.HostCheck.Level;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostChecksTest {

  @ParameterizedTest
  @CsvSource({
    "5.7.19, MISSING",
    "4.19.0-26-amd64, MISSING",
    "5.8.0, OK",
    "6.1.0-18-amd64, OK",
    "6.12, OK",
    "unknown, WARNING"
  })
  void anOldLinuxIsMissingWhatTheSandboxNeeds(String release, Level level) {
    assertThat(HostChecks.kernel(release).level()).isEqualTo(level);
  }

  @ParameterizedTest
  @CsvSource({"0, MISSING", "1, OK", "'', OK"})
  void userNamespacesCanBeOff(String most, Level level) {
    HostCheck check = HostChecks.userNamespaces(most);
    assertThat(check.level()).isEqualTo(level);
    if (level == Level.MISSING) {
      assertThat(check.says()).contains("sysctl user.max_user_namespaces");
    }
  }

  @ParameterizedTest
  @CsvSource({"524288, OK", "524287, WARNING"})
  void withLittleMemoryNoContainersAreMadeWhichItSays(long kib, Level level) {
    HostCheck check = HostChecks.memory("MemAvailable: %d kB".formatted(kib), 512L << 20);
    assertThat(check.level()).isEqualTo(level);
    if (level == Level.WARNING) {
      assertThat(check.says()).contains("0.5 GiB (sandbox.memory-free)");
    }
  }
}
