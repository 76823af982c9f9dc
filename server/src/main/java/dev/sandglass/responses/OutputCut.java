package dev.sandglass.responses;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Cuts a cell's output to what a model is shown: head and tail stay, at line ends where that is
 * near, and a line in between says how much is left out. Pure.
 */
public final class OutputCut implements UnaryOperator<String> {

  /** The tail's share: the end of an output tells more than its middle, the head the most. */
  private static final double TAIL = 0.35;

  private final int bytes;

  /**
   * @param bytes the most that is shown, in UTF-8, without the line in between
   */
  public OutputCut(int bytes) {
    this.bytes = bytes;
  }

  @Override
  public String apply(String text) {
    byte[] all = text.getBytes(StandardCharsets.UTF_8);
    if (all.length <= bytes) {
      return text;
    }
    int head = headEnd(all, (int) (bytes * (1 - TAIL)));
    int tail = tailStart(all, all.length - (int) (bytes * TAIL));
    return new String(all, 0, head, StandardCharsets.UTF_8).stripTrailing()
        + String.format(
            Locale.ROOT, "%n… [%,d bytes of %,d left out; print less] …%n", tail - head, all.length)
        + new String(all, tail, all.length - tail, StandardCharsets.UTF_8);
  }

  private static int headEnd(byte[] all, int most) {
    for (int i = most; i > most / 2; i--) {
      if (all[i - 1] == '\n') {
        return i;
      }
    }
    return characterStart(all, most);
  }

  private static int tailStart(byte[] all, int least) {
    for (int i = least; i < least + (all.length - least) / 2; i++) {
      if (all[i - 1] == '\n') {
        return i;
      }
    }
    return characterStart(all, least);
  }

  /** Not in the middle of a character. */
  private static int characterStart(byte[] all, int at) {
    int i = at;
    while (i > 0 && i < all.length && (all[i] & 0xC0) == 0x80) {
      i--;
    }
    return i;
  }
}
