package dev.sandglass.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.common.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a terminal shows of a turn. */
class TurnViewTest {

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final TurnView view =
      new TurnView(new PrintStream(shown, true, StandardCharsets.UTF_8), false);

  @Test
  void codeThatIsNotRunSaysWhy() throws Exception {
    code("print(1)");
    done("incomplete", "Not run again: this same code has just run.");
    assertThat(lines()).containsExactly("print(1)", "Not run again: this same code has just run.");
  }

  @Test
  void outputThatCameAlreadyIsShownOnce() throws Exception {
    code("print(1)");
    on("sandglass.cell_output.delta", "{\"delta\": \"1\\n\"}");
    done("incomplete", "1");
    assertThat(lines()).containsExactly("print(1)", "1");
  }

  private void code(String text) {
    on("response.code_interpreter_call_code.delta", "{\"delta\": \"%s\"}".formatted(text));
  }

  private void done(String status, String logs) {
    on(
        "response.output_item.done",
        """
        {"item": {"type": "code_interpreter_call", "status": "%s",
                  "outputs": [{"type": "logs", "logs": "%s"}]}}
        """
            .formatted(status, logs));
  }

  private void on(String type, String event) {
    view.on(type, Json.MAPPER.readTree(event));
  }

  /** Without the rules between the parts. */
  private Iterable<String> lines() {
    view.end();
    return shown.toString(StandardCharsets.UTF_8).lines().filter(l -> !l.startsWith("─")).toList();
  }
}
