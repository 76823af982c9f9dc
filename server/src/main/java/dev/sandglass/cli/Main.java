package dev.sandglass.cli;

import dev.sandglass.cli.ask.AskCommand;
import dev.sandglass.cli.ask.Printable;
import dev.sandglass.cli.ask.WrongArguments;
import dev.sandglass.cli.eval.EvalCommand;
import dev.sandglass.cli.rehearsal.RehearseCommand;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.Text;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;

/** The one command. Exit status: 0 done, 1 failed, 2 wrong arguments. */
@Command(
    name = "sandglass",
    description =
        "A self-hosted Code Interpreter: a model writes Python, Sandglass runs it in a sandbox.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    scope = CommandLine.ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AskCommand.class,
      EvalCommand.class,
      SetupCommand.class,
      ServeCommand.class,
      StopCommand.class,
      StatusCommand.class,
      DoctorCommand.class,
      TestCommand.class,
      KeyCommand.class,
      UsageCommand.class,
      ModelCommand.class,
      ImageCommand.class,
      RehearseCommand.class
    })
public final class Main implements Runnable {

  private static final int WRONG_ARGUMENTS = 2;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  public static void main(String[] args) {
    Logs.quiet();
    System.exit(execute(commandLine(), args));
  }

  /**
   * Does what the arguments say; a command that there isn't is an error with {@code --help} too.
   */
  static int execute(CommandLine root, String... args) {
    CommandLine command = root;
    for (String argument : args) {
      CommandSpec spec = command.getCommandSpec();
      boolean takesCommand = !spec.subcommands().isEmpty() && spec.positionalParameters().isEmpty();
      if (argument.startsWith("-") || !takesCommand) {
        break;
      }
      @Nullable CommandLine next = spec.subcommands().get(argument);
      if (next == null) {
        root.getErr().println(noSuchCommand(spec, argument));
        return WRONG_ARGUMENTS;
      }
      command = next;
    }
    return root.execute(args);
  }

  private static String noSuchCommand(CommandSpec spec, String name) {
    String known =
        spec.subcommands().entrySet().stream()
            .filter(e -> !e.getValue().getCommandSpec().usageMessage().hidden())
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    return "%s: there is no command '%s'. The commands are: %s."
        .formatted(spec.qualifiedName(), Text.shown(name), known);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(Main::failed)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing a command.");
  }

  private static int failed(Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) {
    if (e instanceof SandglassException) {
      commandLine.getErr().println("sandglass: " + Printable.clean(String.valueOf(e.getMessage())));
    } else if (e instanceof InterruptedException) {
      commandLine.getErr().println("sandglass: interrupted");
      return 130;
    } else {
      commandLine.getErr().println("sandglass: this is a bug in Sandglass:");
      e.printStackTrace(commandLine.getErr());
    }
    return e instanceof WrongArguments ? WRONG_ARGUMENTS : 1;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"sandglass " + (version == null ? "0.1.0" : version)};
    }
  }
}
