package dev.sandglass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class MainTest {

  /** And not by the name that a field happens to have. */
  @Test
  void everyCommandNamesItsValuesInCapitals() {
    check(Main.commandLine());
  }

  private static void check(CommandLine command) {
    for (ArgSpec argument : command.getCommandSpec().args()) {
      if (argument.arity().max() > 0) {
        assertThat(argument.paramLabel())
            .as(command.getCommandSpec().qualifiedName())
            .doesNotContain("<");
      }
    }
    command.getSubcommands().values().forEach(MainTest::check);
  }
}
