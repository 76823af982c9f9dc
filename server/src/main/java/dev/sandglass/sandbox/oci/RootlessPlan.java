package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.oci.Spec.Linux;
import dev.sandglass.sandbox.oci.Spec.Process;
import dev.sandglass.sandbox.oci.Spec.Resources;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is different in the outer wall of a sandbox that an ordinary user has started: runc makes no
 * control group, as it can't.
 */
final class RootlessPlan {

  /** What the zygote has to know: nobody else looks at what kernels share with others. */
  static final List<String> UNCOUNTED = List.of("--system", "uncounted");

  private RootlessPlan() {}

  /**
   * As {@link SandboxPlan#spec}.
   *
   * @param counted whether control groups count what containers take
   */
  static Spec spec(SandboxPlan.Places places, HostUids uids, boolean counted) {
    Spec plan = SandboxPlan.spec(places, uids, "");
    Linux linux = plan.linux();
    return new Spec(
        plan.ociVersion(),
        counted ? plan.process() : uncounted(plan.process()),
        plan.root(),
        plan.hostname(),
        plan.mounts(),
        new Linux(
            linux.namespaces(),
            linux.uidMappings(),
            linux.gidMappings(),
            new Resources(List.of(), null),
            null,
            linux.rootfsPropagation(),
            linux.seccomp(),
            linux.maskedPaths(),
            linux.readonlyPaths()));
  }

  private static Process uncounted(Process zygote) {
    return new Process(
        zygote.terminal(),
        zygote.user(),
        Stream.concat(zygote.args().stream(), UNCOUNTED.stream()).toList(),
        zygote.env(),
        zygote.cwd(),
        zygote.capabilities(),
        zygote.rlimits(),
        zygote.noNewPrivileges(),
        zygote.oomScoreAdj());
  }
}
