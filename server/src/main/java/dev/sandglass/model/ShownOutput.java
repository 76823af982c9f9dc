package dev.sandglass.model;

import java.util.regex.Pattern;

/**
 * Which outputs stand below an answer of a small model that leaves some of their figures out: short
 * ones. Longer ones are there to be summed up. Pure.
 */
public final class ShownOutput {

  private static final int LINES = 25;

  private static final int CHARS = 1500;

  /** Fewer are said as quickly as they are pointed at. */
  private static final int LIST = 8;

  /** As pandas writes a series: a name, two spaces or more, a number. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\S.{0,60} {2,}-?\\d[\\d.,%]*$");

  private ShownOutput() {}

  public static boolean isShort(String output) {
    return output.length() <= CHARS && output.lines().count() <= LINES;
  }

  /** Whether it is short and has a list of figures that nobody wants to hear one by one. */
  static boolean hasList(String output) {
    return isShort(output) && ROW.matcher(output).results().limit(LIST).count() == LIST;
  }
}
