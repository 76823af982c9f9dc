package dev.sandglass.sandbox.protocol;

import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellOutput.Display;
import dev.sandglass.sandbox.CellOutput.Part;
import dev.sandglass.sandbox.CellOutput.Stream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Turns a cell's events into {@link CellOutput}s. Pure. */
final class CellEvents {

  private static final int MAX_PARTS = 32;
  private static final int MAX_TEXT = FrameCodec.MAX_HEADER;

  private CellEvents() {}

  static CellOutput parse(Frame frame) throws ProtocolException {
    Header header = frame.header();
    return switch (header.type()) {
      case "stream" -> new Stream(streamName(header), text(frame.body()));
      case "display" -> new Display(kind(header), parts(header, frame.body()));
      case "clear" -> new CellOutput.Clear(header.flag("wait"));
      case "error" ->
          new CellOutput.Error(
              header.string("ename", MAX_TEXT),
              header.string("evalue", MAX_TEXT),
              // cut to a number of bytes over there, so its end need not be whole
              new String(frame.body(), StandardCharsets.UTF_8),
              header.string("brief", MAX_TEXT));
      default -> throw new ProtocolException("a cell doesn't send " + header.type());
    };
  }

  private static Stream.Name streamName(Header header) throws ProtocolException {
    return switch (header.string("name", 16)) {
      case "stdout" -> Stream.Name.STDOUT;
      case "stderr" -> Stream.Name.STDERR;
      default -> throw new ProtocolException("no such stream: " + header);
    };
  }

  private static Display.Kind kind(Header header) throws ProtocolException {
    return switch (header.string("kind", 16)) {
      case "display" -> Display.Kind.DISPLAY;
      case "result" -> Display.Kind.RESULT;
      case "figure" -> Display.Kind.FIGURE;
      default -> throw new ProtocolException("no such kind of display: " + header);
    };
  }

  private static List<Part> parts(Header header, byte[] body) throws ProtocolException {
    if (!(header.any("parts") instanceof ArrayNode array) || array.size() > MAX_PARTS) {
      throw new ProtocolException("parts is not a list of at most " + MAX_PARTS);
    }
    List<Part> parts = new ArrayList<>(array.size());
    int at = 0;
    for (JsonNode node : array) {
      Header part = Header.wrap(node, "a part");
      int length = (int) part.number("length", 0, body.length - at);
      parts.add(new Part(part.string("mime", 256), Arrays.copyOfRange(body, at, at + length)));
      at += length;
    }
    if (at != body.length) {
      throw new ProtocolException(
          "the parts' lengths make %d, the body has %d bytes".formatted(at, body.length));
    }
    return List.copyOf(parts);
  }

  private static String text(byte[] utf8) throws ProtocolException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new ProtocolException("a stream's text is not UTF-8");
    }
  }
}
