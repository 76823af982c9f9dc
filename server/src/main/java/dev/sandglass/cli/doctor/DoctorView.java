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
  private final boolean quiet;
  private String area = "";

  /**
   * Shows on {@code out}.
   *
   * @param all whether attempts that were stopped are shown one by one
   * @param quiet whether nothing is shown at all
   */
  public DoctorView(PrintStream out, boolean all, boolean quiet) {
    this.out = out;
    this.all = all;
    this.quiet = quiet;
  }

  public void host(List<HostCheck> checks) {
    if (quiet) {
      return;
    }
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
    if (quiet || (!all && f.verdict() == Verdict.HELD)) {
      return;
    }
    if (!f.area().equals(area)) {
      area = f.area();
      out.println(area);
    }
    out.printf("  %-8s %-28s %s%n", word(f.verdict()), f.name(), f.tries());
    out.printf("  %-8s %-28s must: %s; happened: %s%n", "", "", f.must(), f.happened());
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case HELD -> "held";
      case THROUGH -> "THROUGH";
      case UNPROMISED -> "no";
      case NOT_RUN -> "NOT RUN";
    };
  }

  public void end(Examination examination) {
    if (quiet) {
      return;
    }
    ProbeReport report = examination.report();
    if (report == null) {
      out.println(
          Examination.fit(examination.host())
              ? "There are no walls: no probe was run, for none would be stopped."
              : "The host lacks what sandboxes need: see MISSING. No probe was run.");
      return;
    }
    int through = report.through().size();
    int unpromised = report.unpromised().size();
    int notRun = report.notRun().size();
    int made = report.findings().size();
    out.printf(
        "%d probes: %d held, %d got through, %d could not be run%s%n",
        made,
        made - through - unpromised - notRun,
        through,
        notRun,
        unpromised == 0
            ? ""
            : ", %d show what this runtime does not promise".formatted(unpromised));
  }
}
