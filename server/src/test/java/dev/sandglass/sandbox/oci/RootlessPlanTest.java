package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RootlessPlanTest {

  private static final SandboxPlan.Places PLACES = SandboxPlan.Places.below(Path.of("/r"));
  private static final HostUids UIDS = new HostUids(100_000, 4_096);
  private static final Spec ROOTS = SandboxPlan.spec(PLACES, UIDS, "/box");
  private static final Spec USERS = RootlessPlan.spec(PLACES, UIDS, false);

  @Test
  void allWallsAreAsUnderRoot() {
    assertThat(USERS.root()).isEqualTo(ROOTS.root());
    assertThat(USERS.mounts()).isEqualTo(ROOTS.mounts());
    assertThat(USERS.process().capabilities()).isEqualTo(ROOTS.process().capabilities());
    assertThat(USERS.process().noNewPrivileges()).isTrue();
    assertThat(USERS.process().rlimits()).isEqualTo(ROOTS.process().rlimits());
    assertThat(USERS.linux().namespaces()).isEqualTo(ROOTS.linux().namespaces());
    assertThat(USERS.linux().uidMappings()).isEqualTo(ROOTS.linux().uidMappings());
    assertThat(USERS.linux().gidMappings()).isEqualTo(ROOTS.linux().gidMappings());
    assertThat(USERS.linux().seccomp()).isEqualTo(ROOTS.linux().seccomp());
  }

  @Test
  void theSandboxIsMappedToSubordinateIdsAlone() {
    assertThat(USERS.linux().uidMappings())
        .containsExactly(new Spec.IdMapping(0, 100_000, 4_096))
        .isEqualTo(USERS.linux().gidMappings());
  }

  @Test
  void theZygoteIsToldWhenNoControlGroupCountsMemory() {
    assertThat(USERS.process().args()).endsWith("--system", "uncounted");
    assertThat(RootlessPlan.spec(PLACES, UIDS, true).process()).isEqualTo(ROOTS.process());
  }

  @Test
  void runcIsAskedForNoControlGroup() {
    assertThat(USERS.linux().cgroupsPath()).isNull();
    assertThat(USERS.linux().resources().pids()).isNull();
    assertThat(USERS.linux().resources().devices()).isEmpty();
  }
}
