package dev.sandglass.cli.eval;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file that a turn has produced, as far as a check looks at it.
 *
 * @param text the beginning of a text file, else null
 * @param image whether it is an image; its width and height are 0 where they were not found
 */
record Produced(String name, @Nullable String text, boolean image, int width, int height) {

  static final int MAX_TEXT = 64 * 1024;

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

  /** Looks into a file's bytes: the size of a PNG or JPEG, the text of what else is text. */
  static Produced of(String name, byte[] bytes) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (startsWith(bytes, PNG) && bytes.length >= 24) {
      ByteBuffer header = ByteBuffer.wrap(bytes);
      return new Produced(name, null, true, header.getInt(16), header.getInt(20));
    }
    if (bytes.length > 4 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xd8) {
      return jpeg(name, bytes);
    }
    boolean image = lower.matches(".*\\.(svg|gif|webp)") && bytes.length > 0;
    return new Produced(name, text(bytes), image, 0, 0);
  }

  private static Produced jpeg(String name, byte[] bytes) {
    ByteBuffer data = ByteBuffer.wrap(bytes);
    int at = 2;
    while (at + 9 <= bytes.length && (bytes[at] & 0xff) == 0xff) {
      int marker = bytes[at + 1] & 0xff;
      boolean frame = marker == 0xc0 || (marker > 0xc0 && marker <= 0xcf && marker % 4 != 0);
      if (frame) {
        int height = data.getShort(at + 5) & 0xffff;
        return new Produced(name, null, true, data.getShort(at + 7) & 0xffff, height);
      }
      at += 2 + (data.getShort(at + 2) & 0xffff);
    }
    return new Produced(name, null, true, 0, 0);
  }

  private static @Nullable String text(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return null;
      }
    }
    return new String(bytes, 0, Math.min(bytes.length, MAX_TEXT), StandardCharsets.UTF_8);
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
