package dev.sandglass.cli.doctor;

import dev.sandglass.sandbox.probe.Finding;
import dev.sandglass.sandbox.probe.Finding.Verdict;
import dev.sandglass.sandbox.probe.ProbeReport;
import java.io.PrintStream;
import java.util.List;

/** The doctor's words for people. */
public final class DoctorView {

  private final PrintStream out;
  private final boolean all;
  private String area = "";

  /**
   * @param all whether attempts that were stopped are shown one by one
   */
  public DoctorView(PrintStream out, boolean all) {
    this.out = out;
    this.all = all;
  }

  public void host(List<HostCheck> checks) {
    for (HostCheck check : checks) {
      out.printf("%-8s %-16s %s%n", word(check.level()), check.name(), check.says());
    }
    out.println();
  }

  private static String word(HostCheck.Level level) {
    return switch (level) {
      case OK -> "ok";
      case WARNING -> "warning";
      case MISSING -> "MISSING";
    };
  }

  public void finding(Finding f) {
    if (!all && f.verdict() == Verdict.HELD) {
      return;
    }
    if (!f.area().equals(area)) {
      area = f.area();
      out.println(area);
    }
    out.printf("  %-8s %-28s %s%n", word(f.verdict()), f.name(), f.tries());
    if (all || f.verdict() != Verdict.HELD) {
      out.printf("  %-8s %-28s must: %s; happened: %s%n", "", "", f.must(), f.happened());
    }
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case HELD -> "held";
      case THROUGH -> "THROUGH";
      case NOT_RUN -> "NOT RUN";
    };
  }

  public void end(Examination examination) {
    ProbeReport report = examination.report();
    if (report == null) {
      out.println("The host lacks what sandboxes need: see MISSING. No probe was run.");
      return;
    }
    int held = report.findings().size() - report.through().size() - report.notRun().size();
    out.printf(
        "%d probes: %d held, %d got through, %d could not be run%n",
        report.findings().size(), held, report.through().size(), report.notRun().size());
  }
}
