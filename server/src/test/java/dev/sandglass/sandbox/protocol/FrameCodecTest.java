package dev.sandglass.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {

  private static byte[] frame(int headerLength, int bodyLength, String rest) {
    byte[] bytes = rest.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + bytes.length)
        .putInt(headerLength)
        .putInt(bodyLength)
        .put(bytes)
        .array();
  }

  private static @Nullable Frame read(byte[] bytes) throws IOException {
    return FrameCodec.read(Channels.newChannel(new ByteArrayInputStream(bytes)));
  }

  private static Frame whole(@Nullable Frame frame) {
    return java.util.Objects.requireNonNull(frame, "a frame");
  }

  private static byte[] written(Frame frame) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FrameCodec.write(Channels.newChannel(out), frame);
    return out.toByteArray();
  }

  static Stream<Arguments> malformed() {
    String ok = "{\"type\":\"ok\"}";
    return Stream.of(
        Arguments.of("no header", frame(0, 0, ""), "without a header"),
        Arguments.of("header over the limit", frame(FrameCodec.MAX_HEADER + 1, 0, ""), "262145"),
        Arguments.of("header length with the top bit", frame(-1, 0, ""), "4294967295"),
        Arguments.of("body over the limit", frame(13, FrameCodec.MAX_BODY + 1, ok), "16777217"),
        Arguments.of("body length with the top bit", frame(13, -2, ok), "4294967294"),
        Arguments.of("header not JSON", frame(3, 0, "abc"), "not JSON"),
        Arguments.of("header an array", frame(2, 0, "[]"), "not a JSON object"),
        Arguments.of("header a number", frame(1, 0, "1"), "not a JSON object"),
        Arguments.of("something after the object", frame(4, 0, "{}{}"), "not JSON"),
        Arguments.of("header cut short", frame(5, 0, "{\"a\":"), "not JSON"),
        Arguments.of("header not UTF-8", frame(9, 0, "{\"a\":\"\u0000\"}"), "not JSON"),
        Arguments.of("nesting without end", frame(20_000, 0, "[".repeat(20_000)), "not JSON"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void nonsenseIsRefusedWithWhatIsWrong(String name, byte[] bytes, String said) {
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining(said);
  }

  static Stream<Arguments> cutShort() {
    return Stream.of(
        Arguments.of("within the lengths", new byte[] {0, 0, 0}),
        Arguments.of("before the header", frame(10, 0, "")),
        Arguments.of("within the header", frame(10, 0, "{\"t")),
        Arguments.of("within the body", frame(13, 10, "{\"type\":\"ok\"}12345")),
        Arguments.of(
            "a promised body that never comes",
            frame(13, FrameCodec.MAX_BODY, "{\"type\":\"ok\"}")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cutShort")
  void anEndInsideAFrameIsAnError(String name, byte[] bytes) {
    assertThatThrownBy(() -> read(bytes)).isInstanceOf(EOFException.class);
  }

  @Test
  void anEndBetweenFramesIsTheEnd() throws Exception {
    assertThat(read(new byte[0])).isNull();
  }

  @Test
  void theLargestBodyTravelsAndOneByteMoreDoesNot() throws Exception {
    Frame largest = new Frame(Header.of("x"), new byte[FrameCodec.MAX_BODY]);
    assertThat(read(written(largest))).isNotNull();
    assertThatThrownBy(() -> written(new Frame(Header.of("x"), new byte[FrameCodec.MAX_BODY + 1])))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("limit");
  }

  @Test
  void aNameThatIsNotUnicodeSurvivesTheHeader() throws Exception {
    Frame back = whole(read(written(new Frame(Header.of("x").with("path", "bad\udcff.txt")))));
    assertThat(back.header().string("path", 100)).isEqualTo("bad\udcff.txt");
  }

  @Test
  void whatIsWrittenIsReadHoweverTheStreamIsCut() throws Exception {
    Random random = new Random(20251123);
    for (int round = 0; round < 300; round++) {
      byte[] body = new byte[random.nextInt(5_000)];
      random.nextBytes(body);
      Frame frame = new Frame(Header.of("t" + round).with("n", random.nextLong()), body);
      byte[] bytes = written(frame);
      Frame back = whole(FrameCodec.read(inPieces(bytes, random)));
      assertThat(back.header()).hasToString(frame.header().toString());
      assertThat(back.body()).isEqualTo(body);
    }
  }

  @Test
  void damagedFramesNeverDoMoreThanFail() throws Exception {
    Random random = new Random(7);
    byte[] good =
        written(new Frame(Header.of("stream").with("seq", 1).with("name", "stdout"), new byte[40]));
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        Frame frame = FrameCodec.read(inPieces(bytes, random));
        if (frame != null) {
          CellEvents.parse(frame);
        }
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  private static ReadableByteChannel inPieces(byte[] bytes, Random random) {
    return new ReadableByteChannel() {
      private int at;

      @Override
      public int read(ByteBuffer to) {
        if (at == bytes.length) {
          return -1;
        }
        int n = Math.min(Math.min(1 + random.nextInt(700), to.remaining()), bytes.length - at);
        to.put(bytes, at, n);
        at += n;
        return n;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }
}
