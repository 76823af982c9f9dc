package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.oci.Spec.Linux;
import dev.sandglass.sandbox.oci.Spec.Process;
import dev.sandglass.sandbox.oci.Spec.Resources;
import java.util.List;
import java.util.stream.Stream;

/**
 * The outer wall under gVisor as data: {@link SandboxPlan}'s, told to a runtime that has a kernel
 * of its own. To be reviewed here and nowhere else; a test pins it.
 */
final class RunscPlan {

  /**
   * What runsc is told besides the plan: no network but a loopback of gVisor's own; sockets may be
   * made in the shared directory, and none of the host's be connected to; nothing is kept in an
   * overlay on the host; the control group is ours ({@link Cgroups}), entered before runsc starts;
   * the plan's list of system calls holds inside too.
   */
  static final List<String> FLAGS =
      List.of(
          "--platform=systrap",
          "--network=none",
          "--host-uds=create",
          "--overlay2=none",
          "--ignore-cgroups",
          "--oci-seccomp");

  /** What the zygote has to know: what it runs on, and that it is going to be copied. */
  static final List<String> ARGUMENTS = List.of("--system", "gvisor", "--pause");

  private RunscPlan() {}

  /** As {@link SandboxPlan#spec}. */
  static Spec spec(SandboxPlan.Places places, HostUids uids) {
    Spec plan = SandboxPlan.spec(places, uids, "");
    Process zygote = plan.process();
    Linux linux = plan.linux();
    return new Spec(
        plan.ociVersion(),
        new Process(
            zygote.terminal(),
            zygote.user(),
            Stream.concat(zygote.args().stream(), ARGUMENTS.stream()).toList(),
            zygote.env(),
            zygote.cwd(),
            zygote.capabilities(),
            zygote.rlimits(),
            zygote.noNewPrivileges(),
            null),
        plan.root(),
        plan.hostname(),
        plan.mounts(),
        new Linux(
            linux.namespaces(),
            linux.uidMappings(),
            linux.gidMappings(),
            new Resources(List.of(), null),
            "",
            linux.rootfsPropagation(),
            linux.seccomp(),
            List.of(),
            List.of()));
  }
}
