package dev.sandglass.sandbox.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns frames into bytes and back (docs/protocol.md, "Frames"). Stateless.
 *
 * <p>Memory is bounded by what has really arrived, not by what a length field promises: a buffer
 * grows as it fills.
 */
final class FrameCodec {

  static final int MAX_HEADER = 256 * 1024;
  static final int MAX_BODY = 16 * 1024 * 1024;

  private static final int LENGTHS = 8;
  private static final int FIRST_ALLOCATION = 1024 * 1024;

  private FrameCodec() {}

  static void write(WritableByteChannel to, Frame frame) throws IOException {
    byte[] header = frame.header().toBytes();
    if (header.length > MAX_HEADER || frame.body().length > MAX_BODY) {
      throw new ProtocolException(
          "a frame of %d + %d bytes is over the limit of %d + %d"
              .formatted(header.length, frame.body().length, MAX_HEADER, MAX_BODY));
    }
    ByteBuffer start = ByteBuffer.allocate(LENGTHS + header.length);
    start.putInt(header.length).putInt(frame.body().length).put(header).flip();
    writeAll(to, start);
    if (frame.body().length > 0) {
      writeAll(to, ByteBuffer.wrap(frame.body()));
    }
  }

  /** The next frame, or null at a clean end between frames. */
  static @Nullable Frame read(ReadableByteChannel from) throws IOException {
    ByteBuffer lengths = ByteBuffer.allocate(LENGTHS);
    while (lengths.hasRemaining()) {
      if (from.read(lengths) < 0) {
        if (lengths.position() == 0) {
          return null;
        }
        throw new EOFException("the connection ended inside a frame's lengths");
      }
    }
    lengths.flip();
    int header = checked("header", lengths.getInt(), MAX_HEADER);
    int body = checked("body", lengths.getInt(), MAX_BODY);
    if (header == 0) {
      throw new ProtocolException("a frame without a header");
    }
    Header parsed = Header.parse(readFully(from, header));
    return new Frame(parsed, body == 0 ? Frame.NO_BODY : readFully(from, body));
  }

  private static int checked(String what, int length, int max) throws ProtocolException {
    if (length < 0 || length > max) {
      throw new ProtocolException(
          "a %s of %s bytes; the limit is %d"
              .formatted(what, Integer.toUnsignedString(length), max));
    }
    return length;
  }

  private static byte[] readFully(ReadableByteChannel from, int length) throws IOException {
    byte[] bytes = new byte[Math.min(length, FIRST_ALLOCATION)];
    int filled = 0;
    while (filled < length) {
      if (filled == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(length, bytes.length * 2));
      }
      int n = from.read(ByteBuffer.wrap(bytes, filled, bytes.length - filled));
      if (n < 0) {
        throw new EOFException(
            "the connection ended after %d of %d bytes".formatted(filled, length));
      }
      filled += n;
    }
    return bytes;
  }

  private static void writeAll(WritableByteChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }
}
