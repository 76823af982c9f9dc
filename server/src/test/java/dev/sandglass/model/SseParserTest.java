package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SseParserTest {

  static Stream<Arguments> cases() {
    return Stream.of(
        arguments("one line", "data: a\n\n", "message=a"),
        arguments("no space after the colon", "data:a\n\n", "message=a"),
        arguments("only one space is dropped", "data:  a\n\n", "message= a"),
        arguments("several data lines", "data: a\ndata: b\n\n", "message=a\nb"),
        arguments("two events", "data: a\n\ndata: b\n\n", "message=a|message=b"),
        arguments("CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", "message=a|message=b"),
        arguments("CR", "data: a\r\rdata: b\r\r", "message=a|message=b"),
        arguments("mixed line ends", "data: a\r\n\ndata: b\r\r\n", "message=a|message=b"),
        arguments("comments", ": ping\n\n: x\ndata: a\n\n", "message=a"),
        arguments("byte order mark", "\uFEFFdata: a\n\n", "message=a"),
        arguments("a mark elsewhere is text", "data: \uFEFFa\n\n", "message=\uFEFFa"),
        arguments("U+2028 ends no line", "data: a\u2028b\u0085c\n\n", "message=a\u2028b\u0085c"),
        arguments("named event", "event: ping\ndata: {}\n\n", "ping={}"),
        arguments(
            "the name holds for one event", "event: e\ndata: a\n\ndata: b\n\n", "e=a|message=b"),
        arguments("a name without data is no event", "event: e\n\ndata: a\n\n", "message=a"),
        arguments("empty data is an event", "data:\n\n", "message="),
        arguments("data without a colon", "data\n\n", "message="),
        arguments("two empty data lines", "data\ndata\n\n", "message=\n"),
        arguments("unknown fields", "id: 7\nretry: 5\nerror: x\ndata: a\n\n", "message=a"),
        arguments("colons in data", "data: {\"a\": \"b:c\"}\n\n", "message={\"a\": \"b:c\"}"),
        arguments(
            "no empty line at the end", "data: a\n\ndata: [DONE]", "message=a|message=[DONE]"),
        arguments("four-byte characters", "data: 😀é漢\n\n", "message=😀é漢"),
        arguments("nothing", "", ""),
        arguments("empty lines only", "\n\n\r\n", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isTakenApart(String name, String stream, String expected) throws Exception {
    assertThat(parse(stream.getBytes(StandardCharsets.UTF_8), new int[0])).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isTakenApartByteByByte(String name, String stream, String expected) throws Exception {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    int[] everywhere = new int[bytes.length];
    Arrays.setAll(everywhere, i -> i);
    assertThat(parse(bytes, everywhere)).isEqualTo(expected);
  }

  @Test
  void howAStreamIsSplitMakesNoDifference() throws Exception {
    Random random = new Random(20261123);
    String[] alphabet = {
      "data", ":", " ", "\n", "\r", "\r\n", "a", "é", "😀", "event", "\n\n", "\u2028"
    };
    for (int round = 0; round < 2000; round++) {
      StringBuilder stream = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        stream.append(alphabet[random.nextInt(alphabet.length)]);
      }
      byte[] bytes = stream.toString().getBytes(StandardCharsets.UTF_8);
      int[] cuts = random.ints(5, 0, bytes.length + 1).sorted().toArray();
      assertThat(parse(bytes, cuts)).as("%s", stream).isEqualTo(parse(bytes, new int[0]));
    }
  }

  @Test
  void aLineMayBeAsLongAsTheLimitAndNoLonger() throws Exception {
    SseParser parser = new SseParser(10);
    List<SseEvent> events = new ArrayList<>();
    parser.feed("data: abcd\n\n".getBytes(StandardCharsets.UTF_8), events::add);
    assertThat(events).hasSize(1);
    assertThatThrownBy(
            () -> parser.feed("data: abcde\n\n".getBytes(StandardCharsets.UTF_8), events::add))
        .isInstanceOf(SseParser.TooLong.class);
  }

  @Test
  void manyShortDataLinesAreBoundedToo() {
    SseParser parser = new SseParser(10);
    byte[] line = "data: abc\n".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 10; i++) {
                parser.feed(line, e -> {});
              }
            })
        .isInstanceOf(SseParser.TooLong.class);
  }

  private static String parse(byte[] bytes, int[] cuts) throws SseParser.TooLong {
    SseParser parser = new SseParser(1000);
    List<SseEvent> events = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      parser.feed(Arrays.copyOfRange(bytes, from, cut), events::add);
      from = cut;
    }
    parser.feed(Arrays.copyOfRange(bytes, from, bytes.length), events::add);
    parser.end(events::add);
    return events.stream().map(e -> e.type() + "=" + e.data()).collect(Collectors.joining("|"));
  }
}
