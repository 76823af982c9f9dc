package dev.sandglass.cli.doctor;

import dev.sandglass.cli.doctor.HostCheck.Level;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.probe.Finding;
import dev.sandglass.sandbox.probe.HeavyProbes;
import dev.sandglass.sandbox.probe.OuterProbes;
import dev.sandglass.sandbox.probe.ProbeReport;
import dev.sandglass.sandbox.probe.ProbeSources;
import dev.sandglass.sandbox.probe.QuickProbes;
import dev.sandglass.server.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the doctor found, of the host and by the probes.
 *
 * @param report null if the host lacks what sandboxes need, or there are no walls to be probed
 */
public record Examination(List<HostCheck> host, @Nullable ProbeReport report) {

  private static final String PROJECT = "proj_doctor";

  /** True if nothing is missing and every attempt was made, and stopped; so never without walls. */
  public boolean passed() {
    return fit(host) && report != null && report.passed();
  }

  public static boolean fit(List<HostCheck> host) {
    return host.stream().noneMatch(c -> c.level() == Level.MISSING);
  }

  /**
   * Makes every attempt on a host that is fit for it; a passed report is kept for {@code serve}.
   *
   * @param heavy also those that use things up
   */
  public static Examination of(
      List<HostCheck> host, Sandboxes sandboxes, boolean heavy, DoctorView view)
      throws InterruptedException {
    boolean probes = fit(host) && sandboxes.noWalls().isEmpty();
    return new Examination(host, probes ? probed(sandboxes, heavy, view::finding) : null);
  }

  private static ProbeReport probed(Sandboxes sandboxes, boolean heavy, Consumer<Finding> each)
      throws InterruptedException {
    try {
      Path data = Files.createTempDirectory("sandglass-doctor-");
      try (SandboxDriver driver = sandboxes.openBeside(data)) {
        ProbeReport report = probe(driver, sandboxes.probes(), sandboxes.key(driver), heavy, each);
        if (report.passed()) {
          report.save(sandboxes.reports());
        }
        return report;
      } finally {
        Files.deleteIfExists(data);
      }
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "The doctor's directories can't be used: " + e.getMessage(), e);
    }
  }

  private static ProbeReport probe(
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
