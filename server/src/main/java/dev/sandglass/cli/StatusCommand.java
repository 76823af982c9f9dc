package dev.sandglass.cli;

import dev.sandglass.cli.local.LocalServer;
import dev.sandglass.cli.local.RunFile;
import dev.sandglass.config.Config;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sandglass status}. */
@Command(
    name = "status",
    description = "Say whether a server runs, and where. Exit status 0 if one does, 3 if not.")
final class StatusCommand implements Callable<Integer> {

  private static final int NOT_RUNNING = 3;

  @Override
  public Integer call() throws InterruptedException {
    LocalServer local = new LocalServer(Config.defaults().storage().homeDir());
    Optional<RunFile> server = local.find();
    if (server.isEmpty()) {
      System.out.println("no server runs");
      return NOT_RUNNING;
    }
    RunFile s = server.get();
    System.out.println("running: " + s.url());
    System.out.println("process: " + s.pid() + (s.linger() ? " (ends by itself when idle)" : ""));
    System.out.println("key:     " + s.key());
    return 0;
  }
}
