package dev.sandglass.cli.doctor;

import dev.sandglass.cli.doctor.HostCheck.Level;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.probe.Finding;
import dev.sandglass.sandbox.probe.HeavyProbes;
import dev.sandglass.sandbox.probe.OuterProbes;
import dev.sandglass.sandbox.probe.ProbeReport;
import dev.sandglass.sandbox.probe.ProbeSources;
import dev.sandglass.sandbox.probe.QuickProbes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the doctor found, of the host and by the probes.
 *
 * @param report null if the host lacks what sandboxes need
 */
public record Examination(
    List<HostCheck> host, @org.jspecify.annotations.Nullable ProbeReport report) {

  private static final String PROJECT = "proj_doctor";

  /** True if nothing is missing and every attempt was made, and stopped. */
  public boolean passed() {
    return fit(host) && report != null && report.passed();
  }

  public static boolean fit(List<HostCheck> host) {
    return host.stream().noneMatch(c -> c.level() == Level.MISSING);
  }

  /**
   * All probes in containers of {@code driver}; what the quick ones find holds for the key.
   *
   * @param heavy also those that use things up
   */
  public static ProbeReport probe(
      SandboxDriver driver, ProbeSources sources, String key, boolean heavy, Consumer<Finding> each)
      throws InterruptedException {
    List<Finding> findings = new ArrayList<>(QuickProbes.run(driver, sources, PROJECT));
    findings.forEach(each);
    findings.addAll(OuterProbes.run(driver, PROJECT, each));
    if (heavy) {
      findings.addAll(HeavyProbes.run(driver, sources, PROJECT, each));
    }
    return new ProbeReport(key, Clock.systemUTC().instant(), findings);
  }
}
