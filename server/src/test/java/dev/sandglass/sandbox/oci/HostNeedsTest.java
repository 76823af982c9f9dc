package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostNeedsTest {

  @Test
  void aHostWithoutUserNamespacesIsToldTheExactSetting() {
    assertThat(HostNeeds.namespacesOff(Optional.of("0")).orElseThrow())
        .contains("sysctl user.max_user_namespaces=10000");
  }

  @Test
  void aHostThatHasThemOrHasNoSuchSwitchLacksNothing() {
    assertThat(HostNeeds.namespacesOff(Optional.of("10000"))).isEmpty();
    assertThat(HostNeeds.namespacesOff(Optional.empty())).isEmpty();
  }
}
