package dev.sandglass.cli.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A number as it stands in a text.
 *
 * @param step the worth of its last digit shown: 0.01 for 12.34, 100 for 1.2k
 * @param digits how many significant digits are shown
 * @param percent whether a percent sign follows
 * @param start where it begins in the text
 */
record Figure(double value, double step, int digits, boolean percent, int start, int end) {

  // Groups of thousands: comma, point, apostrophe, narrow or no-break space; a plain space is tried
  // apart from that, since it also separates numbers.
  private static final String REST =
      "(?<exp>[eE][+-]?\\d{1,3}|\\s?(?:[x×*·]|\\\\times|\\\\cdot)\\s?10\\^?\\{?(?<power>[+-]?\\d{1,3})\\}?)?"
          + "(?<scale>[kKM](?![\\p{L}\\d])|\\s?(?:thousand|million|billion|bn)\\b)?"
          + "(?<percent>\\s?(?:\\\\?%|percent|per cent))?";
  private static final String START =
      "(?<![\\p{L}\\d_])(?<!\\d[.,])(?<sign>(?<![\\p{L}\\d_)])-\\s?)?[$€£]?";
  private static final Pattern PLAIN =
      Pattern.compile(START + "(?<body>\\d+(?:[,.'’\u00a0\u202f\u2009]\\d+)*|\\.\\d+)" + REST);
  private static final Pattern SPACED =
      Pattern.compile(START + "(?<body>\\d{1,3}(?: \\d{3})+(?:[.,]\\d+)?)(?!\\d)" + REST);

  /** Every number of a text whose dashes have been made plain; see {@link Judge#plain}. */
  static List<Figure> in(String text) {
    List<Figure> found = new ArrayList<>();
    for (Pattern pattern : List.of(PLAIN, SPACED)) {
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) {
        read(matcher, found);
      }
    }
    return found;
  }

  private static void read(Matcher matcher, List<Figure> found) {
    String body = decimal(matcher.group("body"));
    if (body.length() > 40) {
      return;
    }
    double scale = scale(matcher.group("scale")) * Math.pow(10, exponent(matcher));
    int point = body.indexOf('.');
    int decimals = point < 0 ? 0 : body.length() - point - 1;
    String digits = body.replace(".", "").replaceFirst("^0+(?=\\d)", "");
    double value = Double.parseDouble(body) * scale * (matcher.group("sign") == null ? 1 : -1);
    found.add(
        new Figure(
            value,
            scale * Math.pow(10, -decimals),
            digits.length(),
            matcher.group("percent") != null,
            matcher.start(),
            matcher.end()));
  }

  /** Takes the grouping out: 1,234.5 and 1.234,5 are 1234.5, and 12,5 is 12.5. */
  private static String decimal(String written) {
    String body = written.replaceAll("['’\u00a0\u202f\u2009 ]", "");
    int comma = body.lastIndexOf(',');
    int point = body.lastIndexOf('.');
    if (comma >= 0 && point >= 0) {
      String group = comma > point ? "." : ",";
      body = body.replace(group, "").replace(',', '.');
    } else if (comma >= 0) {
      boolean grouped = body.matches("[1-9]\\d{0,2}(,\\d{3})+");
      body = grouped ? body.replace(",", "") : body.replace(',', '.');
    } else if (body.matches("[1-9]\\d{0,2}(\\.\\d{3}){2,}")) {
      body = body.replace(".", "");
    }
    int first = body.indexOf('.');
    boolean several = first >= 0 && body.indexOf('.', first + 1) >= 0;
    return several ? body.substring(0, body.indexOf('.', first + 1)) : body;
  }

  private static int exponent(Matcher matcher) {
    String power = matcher.group("power");
    if (power != null) {
      return Integer.parseInt(power);
    }
    String exp = matcher.group("exp");
    return exp == null ? 0 : Integer.parseInt(exp.substring(1));
  }

  private static double scale(@Nullable String written) {
    return switch (written == null ? "" : written.strip().toLowerCase(Locale.ROOT)) {
      case "k", "thousand" -> 1e3;
      case "m", "million" -> 1e6;
      case "bn", "billion" -> 1e9;
      default -> 1;
    };
  }
}
