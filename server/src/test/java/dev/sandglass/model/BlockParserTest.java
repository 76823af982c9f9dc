package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockParserTest {

  static Stream<Arguments> cases() {
    return Stream.of(
        arguments("words alone", "The answer is 4.\n", "The answer is 4."),
        arguments("a block", "```python\nprint(1)\n```\n", "«print(1)»"),
        arguments("words before", "I look.\n\n```python\nprint(1)\n```", "I look.«print(1)»"),
        arguments("short name", "```py\nprint(1)\n```", "«print(1)»"),
        arguments("capitals", "```Python\nprint(1)\n```", "«print(1)»"),
        arguments("attributes", "```{.python .numberLines}\nprint(1)\n```", "«print(1)»"),
        arguments("no name, Python", "```\nimport os\nprint(1)\n```", "«import os\nprint(1)»"),
        arguments("no name, an assignment", "```\nx = 1\n```", "«x = 1»"),
        arguments(
            "no name, words", "```\na,b,c\n1,2,3\n```\nDone.", "```\na,b,c\n1,2,3\n```\nDone."),
        arguments("tildes", "~~~python\nx = ~1\n~~~\n", "«x = ~1»"),
        arguments("longer fence", "````python\ns = 1\n````\n", "«s = 1»"),
        arguments(
            "indented",
            "1. Run:\n   ```python\n   if x:\n       y()\n   ```\n",
            "1. Run:«if x:\n    y()»"),
        arguments(
            "another language",
            "```bash\npip install x\n```\n```python\ny\n```",
            "```bash\npip install x\n```«y»"),
        arguments("JSON is words", "```json\n{\"a\": 1}\n```", "```json\n{\"a\": 1}\n```"),
        arguments("unclosed", "```python\nprint(1)\nprint(2)", "«print(1)\nprint(2)»"),
        arguments("cut in the closing mark", "```python\nprint(1)\n``", "«print(1)»"),
        arguments("empty block", "```python\n```\nNo code needed.", "No code needed."),
        arguments("several blocks: the first", "```python\na\n```\nthen\n```python\nb\n```", "«a»"),
        arguments("made-up output", "```python\na\n```\nOutput:\n99\nSo it is 99.", "«a»"),
        arguments("made-up output after words", "It is 5.\n\nOutput:\n5\n", "It is 5."),
        arguments("made-up question", "It is 5.\nUser:\nand 6?\n", "It is 5."),
        arguments(
            "the word Output in a sentence", "It is\nOutput: 5 of it.", "It is\nOutput: 5 of it."),
        arguments("closed on the line of code", "```python\nprint(1)```", "«print(1)»"),
        arguments(
            "a fence in a string", "```python\ns = '```'\nprint(s)\n```", "«s = '```'\nprint(s)»"),
        arguments("a fence in a comment", "```python\nx # ``` here\ny\n```", "«x # ``` here\ny»"),
        arguments(
            "Markdown in a string of three quotes",
            "```python\ns = \"\"\"\n```\nx\n```\n\"\"\"\nprint(s)\n```\n",
            "«s = \"\"\"\n```\nx\n```\n\"\"\"\nprint(s)»"),
        arguments(
            "tool_call",
            "<tool_call>\n{\"name\": \"python\", \"arguments\": {\"code\": \"a\\nb\"}}\n</tool_call>",
            "«a\nb»"),
        arguments(
            "tool_call after words",
            "Now: <tool_call>{\"name\":\"python\",\"arguments\":{\"code\":\"a\"}}</tool_call>",
            "Now:«a»"),
        arguments(
            "tool_call, arguments as text",
            "<tool_call>{\"name\":\"python\",\"arguments\":\"{\\\"code\\\": \\\"a(\\\\\\\"x\\\\\\\")\\\"}\"}</tool_call>",
            "«a(\"x\")»"),
        arguments(
            "tool_call, unclosed",
            "<tool_call>\n{\"name\": \"python\", \"arguments\": {\"code\": \"print(1)\"}}",
            "«print(1)»"),
        arguments(
            "tool_call in XML",
            "<tool_call>\n<function=python>\n<parameter=code>\nprint(1)\n</parameter>\n</function>\n</tool_call>",
            "«print(1)»"),
        arguments("python_tag", "<|python_tag|>print(1)<|eom_id|>", "«print(1)»"),
        arguments(
            "python_tag with JSON",
            "<|python_tag|>{\"name\": \"python\", \"parameters\": {\"code\": \"print(1)\"}}",
            "«print(1)»"),
        arguments(
            "bare JSON",
            "{\"name\": \"python\", \"arguments\": {\"code\": \"print(1)\"}}",
            "«print(1)»"),
        arguments("bare JSON, code alone", "{\"code\": \"print(1)\"}", "«print(1)»"),
        arguments("other JSON is words", "{\"total\": 5}", "{\"total\": 5}"),
        arguments("thoughts are dropped", "<think>hm\n```python\nno\n```</think>\nYes.", "Yes."),
        arguments("end token as text", "Yes.<|im_end|>\n<|im_start|>user", "Yes."),
        arguments("end token in code", "```python\nprint(1)<|im_end|>", "«print(1)»"),
        arguments("smaller than", "a < b and <b>c</b>", "a < b and <b>c</b>"),
        arguments("CRLF", "```python\r\na\r\nb\r\n```", "«a\nb»"),
        arguments("inline code", "Use `print` or ``x``.", "Use `print` or ``x``."),
        arguments("nothing", "", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isSplit(String name, String written, String expected) {
    assertThat(parse(written, written.length() + 1)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isSplitCharacterByCharacter(String name, String written, String expected) {
    assertThat(parse(written, 1)).isEqualTo(expected);
  }

  @Test
  void howItArrivesMakesNoDifferenceAndNothingIsThrown() {
    Random random = new Random(7);
    String[] alphabet = {
      "```",
      "python",
      "\n",
      "`",
      "~~~",
      " ",
      "x = 1",
      "\"",
      "'''",
      "#",
      "<tool_call>",
      "</tool_call>",
      "{\"name\": \"python\", ",
      "\"code\": \"",
      "\\",
      "Output:",
      "<|im_end|>",
      "<|python_tag|>",
      "}",
      "<think>"
    };
    for (int round = 0; round < 5000; round++) {
      StringBuilder written = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        written.append(alphabet[random.nextInt(alphabet.length)]);
      }
      String all = written.toString();
      assertThat(parse(all, 1)).as("%s", all).isEqualTo(parse(all, all.length() + 1));
    }
  }

  @Test
  void codeIsPassedOnAsItComesNotAtTheEnd() {
    Heard heard = new Heard();
    BlockParser parser = new BlockParser(BlockParser.Options.BLOCKS, heard);
    parser.feed("Hello wor");
    assertThat(heard).hasToString("Hello wor");
    parser.feed("ld\n```python\nprin");
    assertThat(heard).hasToString("Hello world«prin»");
  }

  private static String parse(String written, int pieces) {
    Heard heard = new Heard();
    BlockParser parser = new BlockParser(BlockParser.Options.BLOCKS, heard);
    for (int i = 0; i < written.length(); i += pieces) {
      parser.feed(written.substring(i, Math.min(written.length(), i + pieces)));
    }
    parser.finish();
    return heard.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"~", "`", "\t", "\n", "~~~ x", "```\n\n", "a, "})
  @Timeout(20)
  void aModelThatWritesOneThingWithoutEndCostsNoMoreThanItsLength(String one) {
    String written = one.repeat(60_000 / one.length());
    assertThat(parse(written, 4).length()).isLessThanOrEqualTo(written.length());
  }
}
