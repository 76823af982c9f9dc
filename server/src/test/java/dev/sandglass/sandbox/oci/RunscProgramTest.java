package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunscProgramTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runsc version 0.0~20240729.0",
        "runsc version release-20240729.0",
        "runsc version release-20260105.0",
        "runsc version 0.0~20250101.0-1"
      })
  void oneThatIsKnownToWorkOrNewerIsTaken(String said) {
    assertThat(RunscProgram.isRecent(said)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "runsc version 0.0~20221219.0",
        "runsc version VERSION_MISSING",
        "runc version 20260101"
      })
  void anOlderOneOrOneThatDoesNotSayIsNot(String said) {
    assertThat(RunscProgram.isRecent(said)).isFalse();
  }
}
