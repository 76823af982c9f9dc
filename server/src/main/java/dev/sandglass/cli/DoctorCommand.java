package dev.sandglass.cli;

import dev.sandglass.cli.doctor.DoctorView;
import dev.sandglass.cli.doctor.Examination;
import dev.sandglass.cli.doctor.HostCheck;
import dev.sandglass.cli.doctor.HostChecks;
import dev.sandglass.cli.local.Program;
import dev.sandglass.common.Json;
import dev.sandglass.config.Config;
import dev.sandglass.server.Sandboxes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sandglass doctor}. */
@Command(
    name = "doctor",
    description =
        "Check this host, and try to get out of a container on it. Exit status 0 only if every"
            + " attempt was made, and stopped: never where there are no walls.")
final class DoctorCommand implements Callable<Integer> {

  private static final int FAILED = 1;

  @Mixin private Configuration configuration = new Configuration();

  @Option(names = "--json", description = "The whole report as JSON on stdout.")
  private boolean json;

  @Option(names = "--all", description = "Show attempts that were stopped, too.")
  private boolean all;

  @Option(
      names = "--quick",
      description = "Leave out attempts to use things up (memory, processes, files, time).")
  private boolean quick;

  @Override
  public Integer call() throws InterruptedException {
    Config config = configuration.loadWithImage(Map.of());
    Sandboxes sandboxes = Sandboxes.of(config, Program.root().resolve("sandbox"));
    DoctorView view = new DoctorView(System.out, all, json);
    List<HostCheck> host = HostChecks.all(config, sandboxes);
    view.host(host);
    Examination examination = Examination.of(host, sandboxes, !quick, view);
    view.end(examination);
    if (json) {
      System.out.println(
          Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(examination));
    }
    return examination.passed() ? 0 : FAILED;
  }
}
