package dev.sandglass.cli;

import dev.sandglass.cli.local.LocalServer;
import dev.sandglass.cli.local.RunFile;
import dev.sandglass.config.Config;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sandglass status}. */
@Command(
    name = "status",
    description =
        "Say which servers of this home (SANDGLASS_HOME) run, and where; each --model-url has one of its own. Exit status 0 if one does, 3 if not.")
final class StatusCommand implements Callable<Integer> {

  private static final int NOT_RUNNING = 3;

  @Override
  public Integer call() throws InterruptedException {
    List<RunFile> servers = LocalServer.running(Config.defaults().storage().homeDir());
    if (servers.isEmpty()) {
      System.out.println("no server runs");
      return NOT_RUNNING;
    }
    for (RunFile s : servers) {
      System.out.println("running: " + s.url());
      System.out.println("process: " + s.pid() + (s.linger() ? " (ends by itself when idle)" : ""));
      System.out.println("key:     " + s.key());
    }
    return 0;
  }
}
