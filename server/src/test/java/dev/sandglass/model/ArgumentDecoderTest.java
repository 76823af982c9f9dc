package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sandglass.common.Json;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArgumentDecoderTest {

  static Stream<Arguments> cases() {
    return Stream.of(
        arguments("plain", "{\"code\": \"print(1)\"}", "print(1)"),
        arguments(
            "escapes", "{\"code\":\"a\\n\\tb \\\"c\\\" \\\\ \\/ \\u00e9\"}", "a\n\tb \"c\" \\ / é"),
        arguments("surrogate pair", "{\"code\":\"x='\\ud83d\\ude00'\"}", "x='😀'"),
        arguments(
            "an escaped break in a string of the code",
            "{\"code\":\"print(\\\"a\\\\nb\\\")\"}",
            "print(\"a\\nb\")"),
        arguments("a further member", "{\"code\": \"x\", \"timeout\": 5}", "x"),
        arguments(
            "a member before",
            "{\"lang\": \"py{thon\", \"n\": [1, {\"a\": 2}], \"code\": \"x\"}",
            "x"),
        arguments("another name", "{\"input\": \"x\"}", "x"),
        arguments("an unknown name", "{\"program\": \"x = 1\"}", "x = 1"),
        arguments("nested call", "{\"name\": \"python\", \"arguments\": {\"code\": \"x\"}}", "x"),
        arguments("JSON in a string", "\"{\\\"code\\\": \\\"a\\\\nb\\\"}\"", "a\nb"),
        arguments("code in a string", "\"print(1)\"", "print(1)"),
        arguments("an array of lines", "{\"code\": [\"a\", \"b\"]}", "a\nb"),
        arguments("raw line breaks", "{\"code\": \"a = 1\nprint(a)\n\"}", "a = 1\nprint(a)\n"),
        arguments("single quotes", "{'code': 'print(\"hi\")'}", "print(\"hi\")"),
        arguments("unescaped quotes", "{\"code\": \"print(\"hi\")\"}", "print(\"hi\")"),
        arguments(
            "unescaped quotes in a dict",
            "{\"code\": \"d = {\"a\": 1}\nprint(d)\"}",
            "d = {\"a\": 1}\nprint(d)"),
        arguments(
            "bare Python",
            "import os\nprint(os.listdir('.'))",
            "import os\nprint(os.listdir('.'))"),
        arguments("bare Python as value", "{\"code\": print(1)}", "print(1)"),
        arguments("a fence", "```python\nx = 1\n```", "x = 1"),
        arguments("unterminated", "{\"code\": \"print(1)\\nprint(2", "print(1)\nprint(2"),
        arguments("without its brace", "{\"code\": \"print(1)\"", "print(1)"),
        arguments("a brace too many", "{\"code\": \"print(1)\"}}", "print(1)"),
        arguments("a tag behind", "{\"code\": \"print(1)\"}\n</tool_call>", "print(1)"),
        arguments("escaped twice", "{\"code\": \"a = 1\\\\nprint(a)\"}", "a = 1\nprint(a)"),
        arguments("a comment escaped twice", "{\"code\": \"# a\\\\nprint(1)\"}", "# a\nprint(1)"),
        arguments(
            "a regular expression badly escaped",
            "{\"code\": \"re.split('\\d', s)\"}",
            "re.split('\\d', s)"),
        arguments("a continued line", "{\"code\": \"x = 1 + \\\\\\n 2\"}", "x = 1 + \\\n 2"),
        arguments("empty object", "{}", ""),
        arguments("nothing", "", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void givesTheCode(String name, String arguments, String expected) {
    ArgumentDecoder decoder = new ArgumentDecoder(delta -> {});
    decoder.feed(arguments);
    assertThat(decoder.finish()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void givesTheSameFromSinglePieces(String name, String arguments, String expected) {
    ArgumentDecoder decoder = new ArgumentDecoder(delta -> {});
    arguments.chars().forEach(c -> decoder.feed(String.valueOf((char) c)));
    assertThat(decoder.finish()).isEqualTo(expected);
  }

  @Test
  void properJsonIsDecodedExactlyAndAsItArrives() {
    Random random = new Random(1);
    String[] alphabet = {
      "x", " ", "\n", "\"", "'", "\\", "{", "}", ",", ":", "#", "é", "😀", "\"\"\"", "\t", "[",
      "</a>", "code", "\\n"
    };
    for (int round = 0; round < 5000; round++) {
      StringBuilder written = new StringBuilder("s = '''");
      for (int i = 1 + random.nextInt(30); i > 0; i--) {
        written.append(alphabet[random.nextInt(alphabet.length)]);
      }
      // Within a string of three quotes anything is Python; "'''" would end it.
      String code = written.toString().replace("'", "-").replaceFirst("---", "'''") + "'''";
      if (code.contains("\\'''")) {
        continue;
      }
      String json = Json.MAPPER.writeValueAsString(Map.of("code", code));
      StringBuilder heard = new StringBuilder();
      ArgumentDecoder decoder = new ArgumentDecoder(heard::append);
      int at = 0;
      while (at < json.length()) {
        int end = Math.min(json.length(), at + 1 + random.nextInt(7));
        decoder.feed(json.substring(at, end));
        at = end;
      }
      assertThat(decoder.finish()).as("%s", json).isEqualTo(code);
      assertThat(heard.toString()).as("%s", json).isEqualTo(code);
    }
  }

  @Test
  void nonsenseNeverThrows() {
    Random random = new Random(2);
    for (int round = 0; round < 5000; round++) {
      ArgumentDecoder decoder = new ArgumentDecoder(delta -> {});
      for (int i = random.nextInt(40); i > 0; i--) {
        decoder.feed(String.valueOf("{}[]\"'\\:,cdoenu0 \n`".charAt(random.nextInt(19))));
      }
      assertThat(decoder.finish()).isNotNull();
    }
  }
}
