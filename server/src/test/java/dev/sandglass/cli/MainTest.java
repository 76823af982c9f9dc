package dev.sandglass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class MainTest {

  /** And not by the name that a field happens to have. */
  @Test
  void everyCommandNamesItsValuesInCapitals() {
    check(Main.commandLine());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bench --help", "bench", "bench ask", "key lend --help", "help"})
  void aCommandThatThereIsNotIsAnErrorThatNamesThoseThatThereAre(String line) {
    StringWriter told = new StringWriter();
    CommandLine command = Main.commandLine().setErr(new PrintWriter(told));
    assertThat(Main.execute(command, line.split(" "))).isEqualTo(2);
    assertThat(told.toString())
        .contains("there is no command '", line.startsWith("key") ? "create" : "ask, ")
        .doesNotContain("rehearse");
  }

  @Test
  void helpOfACommandThatThereIsIsGiven() {
    StringWriter said = new StringWriter();
    CommandLine command = Main.commandLine().setOut(new PrintWriter(said));
    assertThat(Main.execute(command, "key", "create", "--help")).isZero();
    assertThat(said.toString()).contains("sandglass key create");
  }

  /** A model's endpoint may have worded it. */
  @Test
  void whatWentWrongIsToldWithoutControlCharacters() {
    StringWriter told = new StringWriter();
    CommandLine command = Main.commandLine().setErr(new PrintWriter(told));
    assertThat(Main.execute(command, "ask", "q", "no\u001b]0;x\u0007\u009b2J.csv")).isEqualTo(2);
    assertThat(told.toString()).contains("no readable file: no·]0;x··2J.csv");
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
