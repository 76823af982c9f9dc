package dev.sandglass.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The comparisons that a question's words make: "more than 4 rooms and cost less than 400,000" of
 * the columns {@code rooms} and {@code price}. Pure.
 */
final class Conditions {

  /**
   * A column compared with a number.
   *
   * @param year whether it is the year of a date that is compared
   */
  record Condition(String column, boolean year, String operator, String number) {
    String code() {
      return "df[\"%s\"]%s %s %s".formatted(column, year ? ".dt.year" : "", operator, number);
    }
  }

  private static final String NUMBER = "[^\\w\\s]?(-?\\d[\\d,.]*\\d|-?\\d|zero)";

  private static final List<Map.Entry<Pattern, String>> COMPARISONS =
      List.of(
          comparison(
              "\\b(?:not more|no more|not (?:higher|longer|larger|greater)) than " + NUMBER, "<="),
          comparison("\\b(?:not less|no less|no fewer|not (?:lower|shorter)) than " + NUMBER, ">="),
          comparison(
              "\\b(?:more|higher|greater|larger|bigger|longer|older|taller|heavier|faster|later) than "
                  + NUMBER,
              ">"),
          comparison("\\b(?:above|over|exceed\\w*) " + NUMBER, ">"),
          comparison(
              "\\b(?:less|lower|fewer|smaller|shorter|younger|cheaper|lighter|slower|earlier) than "
                  + NUMBER,
              "<"),
          comparison("\\b(?:below|under) " + NUMBER, "<"),
          comparison("\\b(?:at least|minimum of) " + NUMBER, ">="),
          comparison("\\b(?:at most|up to|maximum of) " + NUMBER, "<="),
          comparison(
              NUMBER
                  + "\\S{0,3}(?: \\w{1,12})? (?:or|and) (?:above|more|over|higher|older|later|longer)",
              ">="),
          comparison(
              NUMBER
                  + "\\S{0,3}(?: \\w{1,12})? (?:or|and) (?:below|less|under|fewer|lower|younger)",
              "<="));

  private static final String YEAR = "((?:19|20)\\d\\d)\\b";

  private static final List<Map.Entry<Pattern, String>> YEARS =
      List.of(
          comparison("\\bafter " + YEAR, ">"),
          comparison("\\bbefore " + YEAR, "<"),
          comparison("\\bsince " + YEAR, ">="),
          comparison(YEAR + " (?:or|and) (?:later|after)", ">="),
          comparison(YEAR + " (?:or|and) (?:earlier|before)", "<="),
          comparison("\\b(?:in|during|of) " + YEAR, "=="));

  /** What people say of an amount, and how its column may be called. */
  private static final List<Map.Entry<String, List<String>>> MEANT =
      List.of(
          Map.entry("cost", List.of("price", "amount", "fee")),
          Map.entry("expensive", List.of("price", "cost")),
          Map.entry("cheap", List.of("price", "cost")),
          Map.entry("old", List.of("age")),
          Map.entry("young", List.of("age")),
          Map.entry("long", List.of("minutes", "duration", "length", "hours", "seconds")),
          Map.entry("short", List.of("minutes", "duration", "length", "hours", "seconds")),
          Map.entry("took", List.of("minutes", "duration", "hours", "seconds")),
          Map.entry("earn", List.of("salary", "income", "wage")),
          Map.entry("paid", List.of("salary", "wage")),
          Map.entry("warm", List.of("temp")),
          Map.entry("hot", List.of("temp")),
          Map.entry("cold", List.of("temp")),
          Map.entry("tall", List.of("height")),
          Map.entry("fast", List.of("speed")),
          Map.entry("rain", List.of("precipitation", "rainfall")),
          Map.entry("returns?\\b", List.of("close")),
          Map.entry("volatil", List.of("close")),
          Map.entry("drop", List.of("close")),
          Map.entry("stock", List.of("close")),
          Map.entry("heav", List.of("weight")));

  /** Characters before and after a comparison where its column is named. */
  private static final int BEFORE = 50;

  private static final int AFTER = 25;

  private static final Pattern CLAUSE =
      Pattern.compile("\\b(?:and|or|but|with|that|which|who)\\b|[,.;?] ");

  private Conditions() {}

  private static Map.Entry<Pattern, String> comparison(String regex, String operator) {
    return Map.entry(Pattern.compile(regex), operator);
  }

  private record Found(int start, int end, boolean year, String operator, String number) {}

  /** Those of which the column is known, in the question's order; empty if any is in doubt. */
  static List<Condition> of(String question, List<CardColumn> columns) {
    String words = question.toLowerCase(Locale.ROOT);
    List<CardColumn> dates = columns.stream().filter(CardColumn::isDate).toList();
    List<CardColumn> numbers = columns.stream().filter(CardColumn::isNumber).toList();
    List<Found> found = new ArrayList<>();
    if (dates.size() == 1) {
      YEARS.forEach(y -> add(found, words, y, true));
    }
    COMPARISONS.forEach(c -> add(found, words, c, false));
    found.sort(Comparator.comparingInt(Found::start));
    List<Condition> result = new ArrayList<>();
    int from = 0;
    for (Found f : found) {
      int until = Math.min(words.length(), f.end() + AFTER);
      String before = words.substring(Math.max(from, f.start() - BEFORE), f.end());
      CardColumn column =
          f.year() ? dates.getFirst() : column(before, words.substring(f.end(), until), numbers);
      if (column == null) {
        return List.of();
      }
      result.add(new Condition(column.name(), f.year(), f.operator(), number(f.number())));
      from = f.end();
    }
    boolean contradictory =
        result.stream().filter(c -> c.operator().equals("==")).map(Condition::column).count() > 1;
    return contradictory ? List.of() : result.stream().distinct().toList();
  }

  private static void add(
      List<Found> found, String words, Map.Entry<Pattern, String> comparison, boolean year) {
    for (MatchResult m : comparison.getKey().matcher(words).results().toList()) {
      if (found.stream().noneMatch(f -> m.start(1) >= f.start() && m.start(1) < f.end())) {
        found.add(new Found(m.start(), m.end(), year, comparison.getValue(), m.group(1)));
      }
    }
  }

  /** An expression for the rows where all of them hold; empty if there are none. */
  static Optional<String> code(List<String> conditions) {
    return conditions.size() > 1
        ? Optional.of(
            conditions.stream().map(c -> "(" + c + ")").collect(Collectors.joining(" & ")))
        : conditions.stream().findFirst();
  }

  private static String number(String told) {
    return told.equals("zero") ? "0" : told.replace(",", "");
  }

  /** The column named right after the number, or in its clause before it, or further before. */
  private static @Nullable CardColumn column(
      String before, String after, List<CardColumn> numbers) {
    String next = CLAUSE.split(after, 2)[0];
    String[] clauses = CLAUSE.split(before);
    String clause = clauses[clauses.length - 1];
    return first(new QuestionWords(next).named(numbers, c -> true))
        .or(() -> last(new QuestionWords(clause).named(numbers, c -> true)))
        .or(() -> meant(clause, numbers))
        .or(() -> last(new QuestionWords(before).named(numbers, c -> true)))
        .or(() -> meant(before, numbers))
        .orElseGet(() -> numbers.size() == 1 ? numbers.getFirst() : null);
  }

  private static Optional<CardColumn> first(List<CardColumn> columns) {
    return columns.stream().findFirst();
  }

  private static Optional<CardColumn> last(List<CardColumn> columns) {
    return columns.isEmpty() ? Optional.empty() : Optional.of(columns.getLast());
  }

  /** The only number of a kind that is spoken of by another word: who is old has an age. */
  static Optional<CardColumn> meant(String words, List<CardColumn> numbers) {
    for (Map.Entry<String, List<String>> meant : MEANT) {
      if (Pattern.compile("\\b" + meant.getKey()).matcher(words).find()) {
        List<CardColumn> fits =
            numbers.stream()
                .filter(c ->
                    meant.getValue().stream().anyMatch(c.name().toLowerCase(Locale.ROOT)::contains))
                .toList();
        if (fits.size() == 1) {
          return first(fits);
        }
      }
    }
    return Optional.empty();
  }
}
