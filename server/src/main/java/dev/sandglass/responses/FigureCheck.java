package dev.sandglass.responses;

import dev.sandglass.model.ShownOutput;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds the numbers of an answer against those of its sources, allowing for rounding and
 * formatting: separators, percent and fractions, thousands and millions, signs. Small models copy
 * numbers wrongly; a number that can be had from no source is a stranger. Pure.
 */
public final class FigureCheck implements Figures {

  /** Counting words and list numbers: too common, and too cheap to be worth a repair. */
  private static final BigDecimal TRIVIAL = BigDecimal.valueOf(12);

  /** As pandas writes a series: a name, two spaces or more, a number. */
  private static final Pattern ROW =
      Pattern.compile("(\\p{L}[\\p{L}\\p{N}_.-]{0,40}) {2,}-?\\d[\\d.]*");

  /** As Python writes the texts of a row: {@code 'name': 'Ada'}. */
  private static final Pattern TEXT_OF_ROW =
      Pattern.compile("'[^'\n]{1,60}': '(\\p{L}[^'\n]{0,80})'");

  /** Of an answer with more figures than these, the first ones are held against long outputs. */
  private static final int MOST = 50;

  /** With so many the check takes about a second. */
  private static final int COMPARISONS = 3_000_000;

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /** Names of files, links and code are no figures. */
  private static final Pattern NO_FIGURES =
      Pattern.compile(
          "(?s)```.*?```|`[^`\n]{0,300}`|\\]\\([^)\\s]{0,500}\\)|\\b[a-z]{2,10}:/{1,3}\\S{1,500}|\\b[\\w-]{1,100}\\.[a-z]{2,5}\\b");

  /** A place that the model has left to be filled in: "earned by [product name]". */
  private static final Pattern GAP = Pattern.compile("\\[[A-Za-z][A-Za-z _-]{2,40}](?!\\()");

  @Override
  public List<String> strangers(String answer, List<String> sources) {
    Set<BigDecimal> known = new LinkedHashSet<>();
    for (String source : sources) {
      Figure.in(source).forEach(f -> known.addAll(f.values()));
    }
    Set<String> strangers = new LinkedHashSet<>();
    int left = (int) Math.max(MOST, COMPARISONS / Math.max(1, known.size()));
    for (Figure figure : Figure.in(NO_FIGURES.matcher(answer).replaceAll(" "))) {
      if (!trivial(figure) && left-- > 0 && known.stream().noneMatch(k -> comesFrom(figure, k))) {
        strangers.add(figure.written());
      }
    }
    GAP.matcher(answer).results().forEach(gap -> strangers.add(gap.group()));
    return List.copyOf(strangers);
  }

  @Override
  public boolean leavesOut(String answer, String output) {
    if (!ShownOutput.isShort(output)) {
      return false;
    }
    List<Figure> told = Figure.in(answer);
    String words = answer.toLowerCase(Locale.ROOT);
    return output
        .lines()
        .anyMatch(line -> leavesOut(told, Figure.in(line)) || leavesLabelOut(words, line));
  }

  /** A row of which the answer says no name, as if its number belonged to nobody. */
  private static boolean leavesLabelOut(String answer, String line) {
    Matcher row = ROW.matcher(line);
    if (row.matches()) {
      return !answer.contains(row.group(1).toLowerCase(Locale.ROOT));
    }
    List<String> texts = TEXT_OF_ROW.matcher(line).results().map(m -> m.group(1)).toList();
    return !texts.isEmpty()
        && texts.stream().noneMatch(t -> answer.contains(t.toLowerCase(Locale.ROOT)));
  }

  private static boolean leavesOut(List<Figure> told, List<Figure> line) {
    List<Figure> figures = line.stream().filter(f -> !trivial(f)).toList();
    return !figures.isEmpty()
        && figures.stream()
            .flatMap(f -> f.values().stream())
            .noneMatch(v -> told.stream().anyMatch(t -> comesFrom(t, v)));
  }

  private static boolean trivial(Figure figure) {
    return figure.values().stream()
        .allMatch(v -> v.scale() <= 0 && v.abs().compareTo(TRIVIAL) <= 0);
  }

  private static boolean comesFrom(Figure figure, BigDecimal source) {
    for (BigDecimal value : figure.values()) {
      BigDecimal v = value.abs();
      BigDecimal s = source.abs();
      if (rounds(s.divide(figure.unit()), v)) { // exact: units are powers of ten
        return true;
      }
      if (figure.percent() && rounds(s.multiply(HUNDRED), v)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code s} becomes {@code v} when rounded as {@code v} is written. */
  private static boolean rounds(BigDecimal s, BigDecimal v) {
    return same(s, v, v.scale()) || (roundNumber(v) && same(s, v, v.stripTrailingZeros().scale()));
  }

  private static boolean same(BigDecimal s, BigDecimal v, int scale) {
    return s.setScale(scale, RoundingMode.HALF_UP).compareTo(v) == 0
        || s.setScale(scale, RoundingMode.HALF_EVEN).compareTo(v) == 0;
  }

  /** {@code 16,300} may stand for 16,288.95; {@code 16,290} may not. */
  private static boolean roundNumber(BigDecimal v) {
    return v.signum() != 0 && v.stripTrailingZeros().scale() <= -2;
  }
}
