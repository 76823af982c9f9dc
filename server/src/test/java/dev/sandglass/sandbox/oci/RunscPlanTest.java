package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The outer wall under gVisor: runc's, and what is told to gVisor besides. */
class RunscPlanTest {

  private static final SandboxPlan.Places R = SandboxPlan.Places.below(Path.of("/r"));
  private static final HostUids UIDS = new HostUids(1_000_000, 65_536);
  private static final Spec RUNC = SandboxPlan.spec(R, UIDS, "/box");
  private static final Spec RUNSC = RunscPlan.spec(R, UIDS);

  @Test
  void gvisorIsToldWhatWasReviewed() {
    assertThat(RunscPlan.FLAGS)
        .containsExactly(
            "--platform=systrap",
            "--network=none",
            "--host-uds=create",
            "--overlay2=none",
            "--ignore-cgroups",
            "--oci-seccomp");
  }

  @Test
  void mountsCapabilitiesNamespacesUsersAndCallsAreAsUnderRunc() {
    assertThat(RUNSC.root()).isEqualTo(RUNC.root());
    assertThat(RUNSC.mounts()).isEqualTo(RUNC.mounts());
    assertThat(RUNSC.process().capabilities()).isEqualTo(RUNC.process().capabilities());
    assertThat(RUNSC.process().noNewPrivileges()).isTrue();
    assertThat(RUNSC.process().rlimits()).isEqualTo(RUNC.process().rlimits());
    assertThat(RUNSC.linux().namespaces()).isEqualTo(RUNC.linux().namespaces());
    assertThat(RUNSC.linux().uidMappings()).isEqualTo(RUNC.linux().uidMappings());
    assertThat(RUNSC.linux().gidMappings()).isEqualTo(RUNC.linux().gidMappings());
    assertThat(RUNSC.linux().seccomp()).isEqualTo(RUNC.linux().seccomp());
  }

  @Test
  void theZygoteIsToldThatItRunsOnGvisor() {
    assertThat(RUNSC.process().args())
        .startsWith(RUNC.process().args().toArray(String[]::new))
        .endsWith("--system", "gvisor", "--pause");
  }
}
