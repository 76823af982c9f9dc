package dev.sandglass.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies a part of a stream. */
public final class Streams {

  private Streams() {}

  public static void copy(InputStream in, OutputStream to, long length) throws IOException {
    byte[] buffer = new byte[64 << 10];
    long left = length;
    while (left > 0) {
      int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (n < 0) {
        return;
      }
      to.write(buffer, 0, n);
      left -= n;
    }
  }
}
