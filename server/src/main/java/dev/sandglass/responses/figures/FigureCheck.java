package dev.sandglass.responses.figures;

import dev.sandglass.responses.Figures;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the figures of an answer that stand neither in an output nor in the question. Small models
 * copy numbers wrongly (seen: 16,289.45 for 16,288.95, 71/3 for 215/3). Rounded, cut, scaled and
 * reformatted figures pass, per cent as a fraction too; what isn't a result (small counts, years,
 * dates, list numbers, names of files, code) is not looked at. Pure.
 */
public final class FigureCheck implements Figures {

  /**
   * Counts like "the 3 regions" are the model's own; a wrong result that small can't be told from
   * them.
   */
  private static final BigDecimal SMALL = BigDecimal.valueOf(12);

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int MOST_SOURCE = 400_000;

  /**
   * Code, links' targets, dates, times, numbered lists and headings, names with a file's extension,
   * ordinals.
   */
  private static final Pattern NO_FIGURES =
      Pattern.compile(
          "```.*?(?:```|$)|`[^`\\n]*`|\\]\\([^)\\n]*\\)|sandbox:\\S+"
              + "|\\b\\d{4}-\\d{2}(?:-\\d{2})?(?:[T ]\\d{2}:\\d{2}(?::\\d{2})?)?\\b|\\b\\d{1,2}:\\d{2}(?::\\d{2})?\\b"
              + "|\\b\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}\\b"
              + "|(?m:^\\s*(?:[#>*-]\\s*)*\\**\\d{1,3}[.)]\\**\\s)"
              + "|\\b[\\w-]+\\.(?:csv|tsv|xlsx?|json|jsonl|png|jpe?g|pdf|txt|md|html|zip|db|sqlite|parquet|h5|npy|pkl|xml)\\b"
              + "|\\b\\d+(?:st|nd|rd|th)\\b",
          Pattern.DOTALL);

  /** A place that the model has left to be filled in: "earned by [product name]". */
  private static final Pattern GAP = Pattern.compile("\\[[A-Za-z][A-Za-z _-]{2,40}\\](?!\\()");

  private static final Pattern ABOUT =
      Pattern.compile(
          "(?i)(?:about|around|roughly|approximately|approx\\.?|nearly|almost|over|more than|some|~|≈)\\s*[$€£¥]?\\s*$");

  @Override
  public List<String> strangers(String answer, List<String> sources) {
    String text = NO_FIGURES.matcher(answer).replaceAll(" ");
    List<Figure> known = new ArrayList<>();
    for (String source : sources) {
      String bounded = source.length() > MOST_SOURCE ? source.substring(0, MOST_SOURCE) : source;
      known.addAll(FigureReader.read(bounded));
      // What looks like groups of three may be a row of numbers.
      known.addAll(FigureReader.read(bounded.replaceAll("(?<=\\d)[ ,](?=\\d)", "  ")));
    }
    List<String> strangers = new ArrayList<>();
    for (Figure figure : FigureReader.read(text)) {
      if (!harmless(figure)
          && known.stream().noneMatch(k -> matches(figure, k, isRound(figure, text)))) {
        strangers.add(figure.text());
      }
    }
    Matcher gap = GAP.matcher(text);
    while (gap.find()) {
      strangers.add(gap.group());
    }
    return strangers.stream().distinct().toList();
  }

  private static boolean harmless(Figure f) {
    boolean whole = f.value().stripTrailingZeros().scale() <= 0 && !f.percent();
    boolean year =
        whole
            && f.unit().compareTo(BigDecimal.ONE) == 0
            && f.text().length() == 4
            && f.value().compareTo(BigDecimal.valueOf(1900)) >= 0
            && f.value().compareTo(BigDecimal.valueOf(2100)) <= 0;
    return year || (whole && f.value().compareTo(SMALL) <= 0);
  }

  /** "about 16,000": its zeros are not digits. */
  private static boolean isRound(Figure f, String text) {
    int at = text.indexOf(f.text());
    Matcher about = ABOUT.matcher(text.substring(Math.max(0, at - 20), Math.max(0, at)));
    return at >= 0 && about.find();
  }

  private static boolean matches(Figure figure, Figure known, boolean round) {
    BigDecimal unit = round ? figure.unit().max(lastNonZero(figure.value())) : figure.unit();
    return near(figure.value(), known.value(), unit)
        || near(figure.value(), known.value().multiply(HUNDRED), unit)
        || (figure.percent()
            && near(figure.value().divide(HUNDRED), known.value(), unit.divide(HUNDRED)));
  }

  /** Rounded, or cut, at its last written digit. */
  private static boolean near(BigDecimal written, BigDecimal exact, BigDecimal unit) {
    BigDecimal missing = exact.subtract(written);
    return missing.compareTo(unit) < 0
        && missing.negate().add(missing.negate()).compareTo(unit) <= 0;
  }

  private static BigDecimal lastNonZero(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    return BigDecimal.ONE.scaleByPowerOfTen(-stripped.scale());
  }
}
