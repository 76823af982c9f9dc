package dev.sandglass.responses.figures;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the numbers in a text, in the ways in which people, models and libraries write them. Pure.
 */
final class FigureReader {

  private static final String GROUPED =
      "\\d{1,3}(?:[,'\\u00a0\\u202f\\u2009 ]\\d{3})+(?!\\d)(?:\\.\\d+)?";
  private static final String PLAIN = "\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d{1,3})?";
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{L}\\d_.])(?<digits>"
              + GROUPED
              + "|"
              + PLAIN
              + ")"
              + "(?<percent>\\s?%|\\s(?:percent|per cent)\\b)?"
              + "(?<scale>\\s?(?:k|K|M|bn|B|thousand|million|billion|trillion)\\b)?");

  /**
   * Groups of three after a plain space are ambiguous: "5 120 units" may be two numbers; outputs
   * are read both ways.
   */
  private static final Map<String, Integer> SCALES =
      Map.of(
          "k",
          3,
          "thousand",
          3,
          "m",
          6,
          "million",
          6,
          "bn",
          9,
          "b",
          9,
          "billion",
          9,
          "trillion",
          12);

  private static final int MOST = 20_000;

  private FigureReader() {}

  static List<Figure> read(String text) {
    List<Figure> figures = new ArrayList<>();
    Matcher m = NUMBER.matcher(text);
    while (m.find() && figures.size() < MOST) {
      String digits = m.group("digits").replaceAll("[,'\\u00a0\\u202f\\u2009 ]", "");
      if (digits.length() > 60) {
        continue;
      }
      BigDecimal value = new BigDecimal(digits);
      int scale = m.group("scale") == null ? 0 : scale(m.group("scale"));
      figures.add(
          new Figure(
              m.group().strip(),
              value.scaleByPowerOfTen(scale),
              BigDecimal.ONE.scaleByPowerOfTen(scale - value.scale()),
              m.group("percent") != null));
    }
    return figures;
  }

  private static int scale(String word) {
    return SCALES.getOrDefault(word.strip().toLowerCase(Locale.ROOT), 0);
  }
}
