package dev.sandglass.testing;

import java.io.InputStream;
import java.util.Arrays;

/** So many equal bytes, none of them kept. */
public final class Zeros extends InputStream {

  private final byte value;
  private long left;

  public Zeros(long size) {
    this(size, '\0');
  }

  public Zeros(long size, char value) {
    this.left = size;
    this.value = (byte) value;
  }

  @Override
  public int read() {
    return left-- > 0 ? value & 0xff : -1;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    if (left <= 0) {
      return -1;
    }
    int count = (int) Math.min(left, length);
    Arrays.fill(buffer, offset, offset + count, value);
    left -= count;
    return count;
  }
}
