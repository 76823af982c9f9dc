package dev.sandglass.cli;

import dev.sandglass.cli.local.LocalServer;
import dev.sandglass.cli.local.RunFile;
import dev.sandglass.config.Config;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sandglass stop}. */
@Command(name = "stop", description = "End the server that runs on this machine for this user.")
final class StopCommand implements Callable<Integer> {

  @Override
  public Integer call() throws InterruptedException {
    LocalServer local = new LocalServer(Config.defaults().storage().homeDir());
    Optional<RunFile> server = local.find();
    if (server.isEmpty()) {
      System.out.println("no server runs");
      return 0;
    }
    local.stop(server.get());
    System.out.println("stopped the server at " + server.get().url());
    return 0;
  }
}
