package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.common.Json;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.model.TranscriptEntry.PythonCall;
import dev.sandglass.model.TranscriptEntry.PythonResult;
import dev.sandglass.model.TranscriptEntry.User;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedReply;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandedCodeTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      value = {
        "Run exactly this Python code: ```python\\nprint(basket)\\n``` | print(basket)",
        "Run this:\\n```\\nx = 5\\nprint(x)\\n``` | x = 5\\nprint(x)",
        "```py\\nimport os\\nos._exit(3)\\n```\\nPlease execute it. | import os\\nos._exit(3)",
        "Run exactly this Python code: ```print(basket, secret)``` | print(basket, secret)",
        "Run ```python print(1)``` | print(1)",
        "Run this Python: print(2 ** 10). Reply with just the number. | print(2 ** 10)",
        "Run: print('One. Two'); print(df.shape). What is it? | print('One. Two'); print(df.shape)",
        "```python\\nprint(1)\\n``` | print(1)",
        "Run `print(6 * 7)` and tell me the result | print(6 * 7)",
        "Execute: import os; os._exit(1) | import os; os._exit(1)",
        "Please run this code: x = 41 | x = 41",
        "Please run the following Python:\\nfor i in range(3):\\n    print(i) | for i in range(3):\\n    print(i)",
        "What does this code print?\\n```python\\nprint(1)\\n``` | print(1)",
        "Führe diesen Code aus: ```python\\nprint(1)\\n``` | print(1)",
        "Use the python tool to run: print('a. B') | print('a. B')",
      })
  void codeThatIsToBeRunIsFound(String question, String code) {
    assertThat(HandedCode.in(lines(question)))
        .isEqualTo(Optional.of(new HandedCode(lines(code), true)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Run this and plot y:\n```python\ny = [1, 2]\n```",
        "Run this code and fix the error:\n```python\nprint(1/0)\n```",
        "Run `x = 3`, then compute its square",
      })
  void whatElseIsAskedForIsLeftToTheModel(String question) {
    assertThat(HandedCode.in(question)).map(HandedCode::alone).hasValue(false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Which product earned most?",
        "How many people run a marathon in under 3 hours?",
        "Explain this code without running it:\n```python\nprint(1)\n```",
        "Do not run this: ```python\nprint(1)\n```",
        "Make this faster:\n```python\nprint(1)\n```",
        "Run a regression: price on area",
        "Run a t-test: is a greater than b?",
        "Run the numbers: print a table of sales. Then tell me the total.",
        "Run both:\n```python\nprint(1)\n```\n```python\nprint(2)\n```",
        "Run this:\n```sql\nselect 1\n```",
        "How long is the run `Berlin`?",
        "The run took: 5 hours",
        "Run `df.head()` on `sales`",
      })
  void otherQuestionsHandNothingOver(String question) {
    assertThat(HandedCode.in(question)).isEmpty();
  }

  @Test
  void whatIsHostileIsReadInNoTime() {
    String ticks = "run " + "`".repeat(60_000);
    String fences = "run this\n" + "```\n".repeat(30_001);
    String words = "run ".repeat(50_000) + ":";
    assertThat(HandedCode.in(ticks)).isEmpty();
    assertThat(HandedCode.in(fences)).isEmpty();
    assertThat(HandedCode.in(words)).isEmpty();
  }

  private static final User QUESTION = User.text("Run this: `print(6 * 7)`");
  private static final PythonCall CALL = new PythonCall("c1", "", "print(6 * 7)");

  @Test
  void aSmallModelIsNotAskedForCodeThatIsThere() throws Exception {
    Heard heard = new Heard();
    try (ScriptedModel endpoint = ScriptedModel.start()) {
      ModelStep step = blocks(endpoint).step(ask(PythonChoice.REQUIRED, QUESTION), heard);
      assertThat(step.calls()).extracting(ModelStep.PythonCall::code).containsExactly(CALL.code());
      assertThat(heard).hasToString("«print(6 * 7)»");
      assertThat(endpoint.requests()).isEmpty();
    }
  }

  @Test
  void whatCameOfItIsToldInWordsAndNotMended() throws Exception {
    try (ScriptedModel endpoint = ScriptedModel.start()) {
      endpoint.reply(ScriptedReply.block("It failed.", "print(42)"));
      PythonResult result = new PythonResult("c1", "NameError", true, List.of());
      ModelStep step =
          blocks(endpoint).step(ask(PythonChoice.AUTO, QUESTION, CALL, result), new Heard());
      assertThat(step.calls()).isEmpty();
      String asked = endpoint.lastRequest().body().path("messages").toString();
      assertThat(asked)
          .contains("Write no code and mend nothing.")
          .doesNotContain("Write it again");
    }
  }

  @Test
  void withoutTheToolNothingIsRun() throws Exception {
    try (ScriptedModel endpoint = ScriptedModel.start()) {
      endpoint.reply(ScriptedReply.text("I can't."));
      PythonResult earlier = new PythonResult("c1", "7", false, List.of());
      StepRequest step = ask(PythonChoice.NONE, User.text("q"), CALL, earlier, QUESTION);
      assertThat(blocks(endpoint).step(step, new Heard()).calls()).isEmpty();
      String asked = endpoint.lastRequest().body().path("messages").toString();
      assertThat(asked).doesNotContain("The code was run");
    }
  }

  private static ModelSession blocks(ScriptedModel endpoint) throws InterruptedException {
    return new UpstreamModels(TestUpstreams.of(endpoint.uri(), Dialect.BLOCKS), "scripted-1")
        .session("gpt-5");
  }

  private static StepRequest ask(PythonChoice python, TranscriptEntry... transcript) {
    return new StepRequest(
        null, List.of(transcript), python, null, null, null, Json.MAPPER.createObjectNode());
  }

  private static String lines(String text) {
    return text.strip().replace("\\n", "\n");
  }
}
