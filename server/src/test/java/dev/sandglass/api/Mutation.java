package dev.sandglass.api;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/** One to three ways to spoil bytes; the same for the same random numbers. */
final class Mutation {

  private Mutation() {}

  static byte[] of(Random random, byte[] bytes) {
    byte[] result = bytes;
    for (int n = random.nextInt(3); n >= 0; n--) {
      result = one(random, result);
    }
    return result;
  }

  private static byte[] one(Random random, byte[] bytes) {
    int from = place(random, bytes.length);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(40));
    return switch (random.nextInt(7)) {
      case 0 -> join(bytes, 0, from); // cut
      case 1 -> join(join(bytes, 0, from), join(bytes, to, bytes.length)); // a hole
      case 2 -> join(join(bytes, 0, to), join(bytes, from, bytes.length)); // twice
      case 3 -> join(join(join(bytes, 0, from), noise(random)), join(bytes, from, bytes.length));
      case 4 -> flipped(random, bytes);
      case 5 ->
          new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
              .replaceFirst("\r\n", random.nextBoolean() ? "\n" : "\r")
              .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      default -> join(join(bytes, from, bytes.length), join(bytes, 0, from)); // turned
    };
  }

  /** Mostly near the ends, where the form's own words stand. */
  private static int place(Random random, int length) {
    if (length == 0) {
      return 0;
    }
    int near = random.nextInt(Math.min(length, 250));
    return switch (random.nextInt(3)) {
      case 0 -> near;
      case 1 -> length - 1 - near;
      default -> random.nextInt(length);
    };
  }

  private static byte[] flipped(Random random, byte[] bytes) {
    byte[] result = bytes.clone();
    for (int n = random.nextInt(4); n >= 0 && result.length > 0; n--) {
      result[place(random, result.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return result;
  }

  private static byte[] noise(Random random) {
    byte[] noise = new byte[1 + random.nextInt(random.nextInt(8) == 0 ? 70_000 : 20)];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] join(byte[] a, byte[] b) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(a);
    out.writeBytes(b);
    return out.toByteArray();
  }

  private static byte[] join(byte[] bytes, int from, int to) {
    return java.util.Arrays.copyOfRange(bytes, Math.min(from, to), to);
  }
}
