package dev.sandglass.cli;

import dev.sandglass.cli.local.LocalServer;
import dev.sandglass.cli.local.RunFile;
import dev.sandglass.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sandglass stop}. */
@Command(
    name = "stop",
    description = "End the servers of this home (SANDGLASS_HOME), those for a --model-url too.")
final class StopCommand implements Callable<Integer> {

  @Override
  public Integer call() throws InterruptedException {
    Path home = Config.defaults().storage().homeDir();
    List<RunFile> servers = LocalServer.running(home);
    if (servers.isEmpty()) {
      System.out.println("no server runs");
    }
    for (RunFile server : servers) {
      new LocalServer(home).stop(server);
      System.out.println("stopped the server at " + server.url());
    }
    return 0;
  }
}
