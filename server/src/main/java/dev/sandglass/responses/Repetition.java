package dev.sandglass.responses;

/**
 * Notices a model that goes round in circles: the same line or sentence again and again at the end
 * of its text. Fed as the text comes; for one thread.
 *
 * <p>It looks for a period: the last {@code p} characters, repeated {@link #TIMES} times, with
 * {@code p} between a few characters and a few lines. Rulers and table borders ({@code -----}) are
 * short periods and may be longer.
 */
final class Repetition {

  /** How often the same passage must stand at the end. */
  static final int TIMES = 5;

  private static final int SHORTEST = 12;
  private static final int LONGEST = 400;

  /** A period of less than {@link #SHORTEST} characters counts when it fills this much. */
  private static final int SHORT_FILL = 400;

  private final StringBuilder tail = new StringBuilder();
  private long length;
  private int sinceCheck;

  /** True as soon as the end of the text repeats itself. */
  boolean add(String delta) {
    tail.append(delta);
    length += delta.length();
    sinceCheck += delta.length();
    int keep = LONGEST * TIMES + 1;
    if (tail.length() > 2 * keep) {
      tail.delete(0, tail.length() - keep);
    }
    if (sinceCheck < SHORTEST) {
      return false;
    }
    sinceCheck = 0;
    return period() > 0;
  }

  /** Where the text may be cut so that the passage stands in it once; in characters. */
  long cutAt() {
    int period = period();
    if (period == 0) {
      return length;
    }
    int at = tail.length() - period;
    while (at > 0
        && at - 1 + period < tail.length()
        && tail.charAt(at - 1) == tail.charAt(at - 1 + period)) {
      at--;
    }
    int end = Math.min(at + period, tail.length());
    int sentence = end;
    while (sentence < Math.min(end + period, tail.length()) && !endsSentence(sentence)) {
      sentence++;
    }
    return length - tail.length() + (endsSentence(sentence) ? sentence : end);
  }

  private boolean endsSentence(int at) {
    return at > 0 && ".!?\n".indexOf(tail.charAt(at - 1)) >= 0;
  }

  private int period() {
    int max = Math.min(LONGEST, tail.length() / 2);
    for (int p = 1; p <= max; p++) {
      int fill = p < SHORTEST || isRuler(p) ? Math.max(SHORT_FILL, p * TIMES) : p * TIMES;
      if (fill <= tail.length() && repeats(p, fill)) {
        return p;
      }
    }
    return 0;
  }

  /** Whether the last {@code length} characters are themselves a short period again and again. */
  private boolean isRuler(int length) {
    for (int p = 1; p < SHORTEST; p++) {
      if (length % p == 0 && repeats(p, length)) {
        return true;
      }
    }
    return false;
  }

  private boolean repeats(int period, int fill) {
    int end = tail.length();
    for (int i = end - 1; i >= end - fill + period; i--) {
      if (tail.charAt(i) != tail.charAt(i - period)) {
        return false;
      }
    }
    return true;
  }
}
