package dev.sandglass.cli;

import dev.sandglass.cli.ask.Terminal;
import dev.sandglass.cli.setup.Setup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sandglass setup}. */
@Command(
    name = "setup",
    description = "Install what is missing: system packages, the sandbox image, the local model.")
final class SetupCommand implements Runnable {

  @Option(
      names = "--no-model",
      description = "Leave out the local model (for use with --model-url).")
  private boolean noModel;

  @Option(
      names = "--runsc",
      description = "gVisor's runsc too, for sandbox.runtime=runsc, if none is in PATH.")
  private boolean runsc;

  @Override
  public void run() {
    try {
      Setup.forQuestions(noModel).run(System.err, Terminal.stderr());
      if (runsc) {
        Setup.forRunsc().run(System.err, Terminal.stderr());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.err.println("setup: everything is in place");
  }
}
