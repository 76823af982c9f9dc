package dev.sandglass.sandbox.oci;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the host is short of memory, by what was last seen of it. Pure.
 *
 * @param now what was seen
 * @param wanted bytes that had to be available
 */
record Shortage(boolean is, Reading now, long wanted) {

  /** From this share of time on, in percent, that processes wait for memory, more must be left. */
  private static final double STALLED = 10;

  /** How much more must be there for a shortage to be over, so that it doesn't come and go. */
  private static final double OVER = 1.25;

  /**
   * What a host says of its memory.
   *
   * @param available bytes that programs can still take
   * @param stalled percent of the last ten seconds in which all processes waited for memory; 0
   *     where that isn't told
   */
  record Reading(long total, long available, double stalled) {

    private static final Pattern FULL = Pattern.compile("(?m)^full avg10=(\\d+(?:\\.\\d+)?)");

    /** Of a host that tells nothing. */
    static final Reading UNKNOWN = new Reading(Long.MAX_VALUE, Long.MAX_VALUE, 0);

    /**
     * From what {@code /proc/meminfo} and {@code /proc/pressure/memory} say; the second may be
     * empty.
     */
    static Reading of(String meminfo, String pressure) {
      Matcher full = FULL.matcher(pressure);
      return new Reading(
          bytes(meminfo, "MemTotal"),
          bytes(meminfo, "MemAvailable"),
          full.find() ? Double.parseDouble(full.group(1)) : 0);
    }

    private static long bytes(String meminfo, String name) {
      Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d{1,15}) kB$").matcher(meminfo);
      return line.find() ? Long.parseLong(line.group(1)) * 1024 : Long.MAX_VALUE;
    }
  }

  static final Shortage NONE = new Shortage(false, Reading.UNKNOWN, 0);

  /**
   * What another look says.
   *
   * @param free bytes that shall stay available; 0: it is never short
   */
  Shortage after(Reading next, long free) {
    long least = next.stalled() >= STALLED ? 2 * free : free;
    return new Shortage(next.available() < (is ? least * OVER : least), next, least);
  }
}
