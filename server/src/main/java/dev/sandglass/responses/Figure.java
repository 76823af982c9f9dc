package dev.sandglass.responses;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number as somebody wrote it.
 *
 * @param written the digits with their separators
 * @param values what it can mean: {@code 1.234} is one and a bit, or in German one thousand
 * @param unit 1,000 for {@code 12k} and the like; else 1
 * @param percent whether a percent sign follows
 */
record Figure(String written, List<BigDecimal> values, BigDecimal unit, boolean percent) {

  /** More are not looked at: an output of a million numbers proves nothing. */
  private static final int MOST = 20_000;

  // Not inside a word or an identifier: v2, x1, 3D, cntr_12 are names.
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{L}\\d_])(\\d{1,30}(?:[.,'\\u2019\\u00a0\\u202f]\\d{1,30}){0,10}(?:[eE][+-]?\\d{1,3})?)"
              + "(?:\\s?(%|percent\\b|per cent\\b)"
              + "|\\s?(k|K|M|bn|B|thousand|million|billion|trillion)\\b|(?![\\p{L}\\d_]))");
  private static final Pattern GROUPED = Pattern.compile("\\d{1,3}(?:[.,'\\u2019]\\d{3})+");

  /** Groups of three, or in India of two before the last; else they are several numbers. */
  private static final Pattern COMMAS =
      Pattern.compile("\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d{1,2}(?:,\\d{2})+,\\d{3}(?:\\.\\d+)?");

  private static final Map<String, BigDecimal> UNITS =
      Map.of(
          "k", BigDecimal.valueOf(1_000),
          "thousand", BigDecimal.valueOf(1_000),
          "m", BigDecimal.valueOf(1_000_000),
          "million", BigDecimal.valueOf(1_000_000),
          "b", BigDecimal.valueOf(1_000_000_000L),
          "bn", BigDecimal.valueOf(1_000_000_000L),
          "billion", BigDecimal.valueOf(1_000_000_000L),
          "trillion", BigDecimal.valueOf(1_000_000_000_000L));

  /** The numbers of a text, in order. */
  static List<Figure> in(String text) {
    List<Figure> figures = new ArrayList<>();
    Matcher m = NUMBER.matcher(text);
    while (figures.size() < MOST && m.find()) {
      String unit = m.group(3) == null ? "" : m.group(3).toLowerCase(Locale.ROOT);
      figures.add(
          new Figure(
              m.group(1),
              meanings(m.group(1)),
              UNITS.getOrDefault(unit, BigDecimal.ONE),
              m.group(2) != null));
    }
    return figures;
  }

  private static List<BigDecimal> meanings(String written) {
    String s = written.replaceAll("[\\u00a0\\u202f]", "");
    Set<BigDecimal> values = new LinkedHashSet<>();
    if (!s.contains(",") || COMMAS.matcher(s).matches()) {
      add(values, s.replaceAll("[,'\\u2019]", "")); // 1,234.5
    }
    add(values, s.replaceAll("[.'\\u2019]", "").replace(',', '.')); // 1.234,5
    if (GROUPED.matcher(s).matches()) {
      add(values, s.replaceAll("\\D", "")); // 1'234'567
    }
    if (values.isEmpty()) {
      // 12.5.2026, 1,2,3: several numbers with separators between them.
      for (String part : s.split("[.,'\\u2019]", -1)) {
        add(values, part);
      }
    }
    return List.copyOf(values);
  }

  private static void add(Set<BigDecimal> values, String plain) {
    try {
      BigDecimal value = new BigDecimal(plain);
      if (Math.abs(value.scale()) < 120) {
        values.add(value);
      }
    } catch (NumberFormatException e) {
      // Not a number when read this way.
    }
  }
}
