package dev.sandglass.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a stream of server-sent events apart (WHATWG HTML, 9.2.6), fed with bytes as they come.
 * Bytes are decoded a line at a time, so a character may be split between two feeds. Unlike a
 * browser it also gives out an event that the end of the stream leaves without its empty line:
 * several endpoints end so. Not thread-safe.
 */
final class SseParser {

  /** A line or event was longer than the limit. */
  static final class TooLong extends Exception {
    TooLong(int limit) {
      super("a line or event of more than " + limit + " bytes");
    }
  }

  private final int maxBytes;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
  private final StringBuilder data = new StringBuilder();
  private boolean hasData;
  private @Nullable String type;
  private boolean firstLine = true;
  private boolean afterCr;

  /**
   * @param maxBytes the most that one line, and the data of one event, may have
   */
  SseParser(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  void feed(byte[] bytes, Consumer<SseEvent> sink) throws TooLong {
    for (byte b : bytes) {
      if (b == '\n' && afterCr) {
        afterCr = false; // the second half of CRLF
        continue;
      }
      afterCr = b == '\r';
      if (b == '\n' || b == '\r') {
        endLine(sink);
      } else {
        if (line.size() == maxBytes) {
          throw new TooLong(maxBytes);
        }
        line.write(b);
      }
    }
  }

  /** The stream has ended: gives out what is still held. */
  void end(Consumer<SseEvent> sink) throws TooLong {
    if (line.size() > 0) {
      endLine(sink);
    }
    dispatch(sink);
  }

  private void endLine(Consumer<SseEvent> sink) throws TooLong {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (firstLine) {
      firstLine = false;
      if (text.startsWith("\uFEFF")) {
        text = text.substring(1);
      }
    }
    if (text.isEmpty()) {
      dispatch(sink);
      return;
    }
    int colon = text.indexOf(':');
    if (colon == 0) {
      return; // a comment
    }
    String field = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    if (value.startsWith(" ")) {
      value = value.substring(1);
    }
    switch (field) {
      case "data" -> {
        if (data.length() + value.length() > maxBytes) {
          throw new TooLong(maxBytes);
        }
        if (hasData) {
          data.append('\n');
        }
        data.append(value);
        hasData = true;
      }
      case "event" -> type = value;
      default -> {} // id and retry are of no use to us; unknown fields are ignored by the standard
    }
  }

  private void dispatch(Consumer<SseEvent> sink) {
    if (hasData) {
      SseEvent event =
          new SseEvent(type == null || type.isEmpty() ? "message" : type, data.toString());
      data.setLength(0);
      hasData = false;
      type = null;
      sink.accept(event);
    } else {
      type = null;
    }
  }
}
