package dev.sandglass.responses;

import java.util.function.Predicate;

/**
 * Lets streamed words through, but keeps back a Markdown link to {@code sandbox:/mnt/data/…} until
 * its file is known to exist, and everything from a link that leads nowhere on: so the model can
 * still be asked to mend it before anybody has seen it. For one thread.
 */
final class LinkHold {

  /** A bracket that has not become a link by then is just a bracket. */
  private static final int LONGEST_LABEL = 300;

  private static final String TARGET = "sandbox:/mnt/data/";

  private final Predicate<String> exists;
  private final StringBuilder kept = new StringBuilder();

  /**
   * {@code exists} tells of a link as written, {@code [x](sandbox:…)}, whether its file is there.
   */
  LinkHold(Predicate<String> exists) {
    this.exists = exists;
  }

  /** What may go out now. */
  String add(String delta) {
    kept.append(delta);
    int free = 0;
    int at = kept.indexOf("[");
    while (at >= 0) {
      int end = linkEnd(at);
      if (end < 0) {
        return take(at);
      }
      free = Math.max(end, at + 1);
      at = kept.indexOf("[", free);
    }
    return take(kept.length());
  }

  /** What was kept back. */
  String rest() {
    return take(kept.length());
  }

  private String take(int length) {
    String out = kept.substring(0, length);
    kept.delete(0, length);
    return out;
  }

  /** Where what begins with the bracket at {@code at} ends, if it may go out; -1 if not yet. */
  private int linkEnd(int at) {
    int newLine = kept.indexOf("\n", at);
    int close = kept.indexOf("](", at);
    if (close < 0 || (newLine >= 0 && newLine < close)) {
      boolean over = newLine >= 0 || kept.length() - at > LONGEST_LABEL;
      boolean mayStillClose = !over;
      return mayStillClose ? -1 : at + 1;
    }
    int target = close + 2;
    if (target < kept.length() && kept.charAt(target) == '<') {
      target++;
    }
    String so = kept.substring(target, Math.min(kept.length(), target + TARGET.length()));
    if (!TARGET.startsWith(so)) {
      return at + 1;
    }
    if (so.length() < TARGET.length()) {
      return -1;
    }
    int bracket = kept.indexOf(")", target);
    return bracket >= 0 && exists.test(kept.substring(at)) ? bracket + 1 : -1;
  }
}
