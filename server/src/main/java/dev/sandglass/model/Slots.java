package dev.sandglass.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which columns a question is about, by the words that both have in common, as far as
 * they leave no doubt: what a recipe's gaps are filled with. Pure.
 */
final class Slots {

  private static final Pattern LATENESS =
      Pattern.compile("\\b(?:later|earlier|late|early|on time|before|after)\\b");
  private static final Pattern OR_MORE =
      Pattern.compile("(\\d[\\d,.]*\\d|\\d) (?:or|and) (?:above|more|over|higher)");
  private static final Pattern MORE_THAN =
      Pattern.compile("\\b(above|over|at least|than|exceed\\w*) .?(\\d[\\d,.]*\\d|\\d)");
  private static final Pattern MEAN = Pattern.compile("averag|\\bmean\\b");
  private static final Pattern TOTAL = Pattern.compile("\\btotal|\\bsum of\\b|all together");
  private static final Pattern CHART = Pattern.compile("\\b(?:plot|chart|draw|graph|diagram)");
  private static final Pattern LINE = Pattern.compile("\\blines?\\b|develop|over time|trend");
  private static final Pattern FILE = Pattern.compile("\\b[\\w-]{1,60}\\.(?:csv|tsv|txt)\\b");
  private static final Pattern COUNTED = Pattern.compile("\\d ?(\\p{L}{1,20})\\b");
  private static final Map<String, List<String>> ABBREVIATED =
      Map.of(
          "h", List.of("hour"),
          "d", List.of("day"),
          "km", List.of("kilomet", "distance"),
          "m", List.of("metre", "meter", "length"),
          "kg", List.of("kilo", "weight"),
          "g", List.of("gram", "weight"),
          "l", List.of("litre", "liter"),
          "t", List.of("ton"));
  private static final Set<String> SMALL_WORDS =
      Set.of(
          "a", "an", "and", "are", "as", "at", "by", "for", "from", "had", "has", "in", "is", "it",
          "not", "of", "on", "or", "that", "the", "to", "was", "were", "with", "year", "years");
  private static final int LONGEST_SERIES = 12;

  private final QuestionWords question;
  private final List<CardColumn> columns;
  private final Map<String, String> found = new HashMap<>();

  private Slots(String question, List<CardColumn> columns) {
    this.question = new QuestionWords(question);
    this.columns = columns;
  }

  /**
   * What is known, by the gap's name.
   *
   * @param tables the names of the tables that the reading lines make
   */
  static Map<String, String> of(String question, List<String> cards, List<String> tables) {
    Slots slots = new Slots(question, CardColumn.of(cards, tables));
    slots.value();
    slots.number();
    slots.mark();
    slots.put("group", slots.group(c -> c.isText() && !c.name().equals(slots.found.get("state"))));
    if (!slots.found.containsKey("group")) {
      slots.put("group", first(slots.question.named(slots.columns, CardColumn::isYesNo)));
    }
    slots.put("date", slots.only(CardColumn::isDate));
    if (!slots.countsRows(tables)) {
      slots.put("x", slots.only(CardColumn::isNumber));
      if (!slots.found.containsKey("x")) {
        slots.put("x", slots.only(CardColumn::isAmount));
      }
    }
    if (!slots.found.containsKey("group")) {
      slots.put("group", first(slots.columns.stream().filter(CardColumn::isName).toList()));
    }
    slots.pair();
    slots.series();
    String agg = slots.aggregate();
    slots.found.put("agg", agg);
    slots.found.put("total", agg.equals("sum") ? "print(\"all together:\", s.sum()); " : "");
    slots.plot();
    Matcher file = FILE.matcher(question);
    slots.found.put("file", file.find() ? file.group() : "result.csv");
    slots.unit(cards);
    slots.tables(tables);
    return Map.copyOf(slots.found);
  }

  private String aggregate() {
    if (question.find(TOTAL).isPresent()) {
      return "sum"; // a question for both is about two computations, of which this is one
    }
    if (question.has("median")) {
      return "median";
    }
    return question.find(MEAN).isPresent() ? "mean" : "sum";
  }

  private void put(String slot, @Nullable CardColumn column) {
    if (column != null) {
      found.put(slot, column.name());
    }
  }

  /**
   * A value of a column that the question names: "delivered" of the column "status". Two values of
   * one column are groups that are compared.
   */
  private void value() {
    for (CardColumn column : columns) {
      List<String> named = column.values().stream().filter(question::names).toList();
      if (named.size() > 1) {
        found.putIfAbsent("groups", column.name());
      } else if (named.size() == 1 && !found.containsKey("state")) {
        found.put("state", column.name());
        found.put("value", named.getFirst());
      }
    }
  }

  private void number() {
    Optional<MatchResult> orMore = question.find(OR_MORE);
    Optional<MatchResult> number = orMore.or(() -> question.find(MORE_THAN));
    number.ifPresent(m -> {
      boolean orEqual = orMore.isPresent() || m.group(1).equals("at least");
      found.put("n", m.group(orMore.isPresent() ? 1 : 2).replace(",", ""));
      found.put("op", orEqual ? ">=" : ">");
    });
  }

  private void mark() {
    for (CardColumn column : columns) {
      if (column.mark() != null) {
        found.put("marked", column.name());
        found.put("mark", column.mark());
      }
    }
  }

  /** The column that the question asks about by "which" or "each", before others that it names. */
  private @Nullable CardColumn group(Predicate<CardColumn> fits) {
    return columns.stream()
        .filter(fits.and(question::asksFor))
        .findFirst()
        .orElseGet(() -> only(fits));
  }

  /** Of the columns that fit the one that the question names, or the only one. */
  private @Nullable CardColumn only(Predicate<CardColumn> fits) {
    List<CardColumn> named = question.named(columns, fits);
    if (!named.isEmpty()) {
      return named.getFirst();
    }
    List<CardColumn> all = columns.stream().filter(fits).toList();
    boolean one = all.stream().map(CardColumn::name).distinct().count() == 1;
    return one ? all.getFirst() : null;
  }

  private static @Nullable CardColumn first(List<CardColumn> of) {
    return of.isEmpty() ? null : of.getFirst();
  }

  private void plot() {
    String kind = question.find(LINE).isPresent() ? "line" : "bar";
    found.put(
        "plot",
        question.find(CHART).isPresent()
            ? "s.plot(kind=\"%s\", title=\"…\", ylabel=\"%s\"); plt.show(); "
                .formatted(kind, found.getOrDefault("x", "count"))
            : "");
  }

  /** What a text counts most and the question asks for: "fish" of "We caught 36 fish". */
  private void unit(List<String> cards) {
    Map<String, Integer> counted = new LinkedHashMap<>();
    for (String card : cards) {
      String text = card.lines().skip(2).collect(Collectors.joining(" "));
      COUNTED
          .matcher(text)
          .results()
          .map(m -> m.group(1))
          .forEach(w -> counted.merge(w, 1, Integer::sum));
    }
    counted.entrySet().stream()
        .filter(e -> asks(e.getKey()))
        .max(Map.Entry.comparingByValue())
        .ifPresent(e -> found.put("unit", e.getKey()));
  }

  private boolean asks(String unit) {
    String word = unit.toLowerCase(Locale.ROOT);
    return ABBREVIATED.getOrDefault(word, List.of()).stream().anyMatch(question::contains)
        || (!SMALL_WORDS.contains(word) && question.has(word));
  }

  /** Whether rows are asked for, by a column that numbers them or by the name of a table. */
  private boolean countsRows(List<String> tables) {
    boolean counts =
        tables.stream().anyMatch(question::counts)
            || columns.stream().anyMatch(c -> c.numbersRows() && question.counts(c.name()));
    if (counts && question.named(columns, CardColumn::isNumber).isEmpty()) {
      found.put("counted", "rows");
      return true;
    }
    return false;
  }

  /** Two columns that are compared or related. */
  private void pair() {
    Predicate<CardColumn> kind =
        question.find(LATENESS).isPresent() ? CardColumn::isDate : CardColumn::isNumber;
    List<String> two = names(question.named(columns, kind));
    if (two.size() < 2) {
      two = names(columns.stream().filter(kind).toList());
      if (two.size() != 2) {
        return;
      }
    }
    found.put("a", two.get(0));
    found.put("b", two.get(1));
  }

  private static List<String> names(List<CardColumn> columns) {
    return columns.stream().map(CardColumn::name).distinct().toList();
  }

  /** Columns that differ by a number only: Q1, Q2, Q3; 2021, 2022, 2023. */
  private void series() {
    Map<String, LinkedHashSet<String>> alike = new LinkedHashMap<>();
    columns.stream()
        .filter(c -> c.isNumber() && c.name().matches(".*\\d.*"))
        .forEach(c ->
            alike
                .computeIfAbsent(c.name().replaceAll("\\d+", "#"), k -> new LinkedHashSet<>())
                .add(c.name()));
    alike.values().stream()
        .filter(names -> names.size() > 2 && names.size() <= LONGEST_SERIES)
        .findFirst()
        .ifPresent(names ->
            found.put(
                "columns", names.stream().map(Slots::literal).collect(Collectors.joining(", "))));
  }

  /** Which table to work on; with a merge if what is asked for stands in two. */
  private void tables(List<String> tables) {
    String whole = wholeTable(tables);
    if (whole != null) {
      found.put("df", whole);
      return;
    }
    List<String> owners =
        Stream.of(found.get("x"), found.get("group"))
            .filter(Objects::nonNull)
            .map(this::owner)
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    List<String> two = owners.size() == 2 ? owners : tables.size() == 2 ? tables : List.of();
    String on = two.isEmpty() ? null : on(two.get(0), two.get(1));
    if (on != null) {
      found.put("left", two.get(0));
      found.put("right", two.get(1));
      found.put("on", on);
      if (on.startsWith("on=")) {
        found.put("key", on.substring(4, on.length() - 1));
        boolean turned = question.position(two.get(1)) < question.position(two.get(0));
        found.put("asked", two.get(turned ? 1 : 0));
        found.put("other", two.get(turned ? 0 : 1));
      }
      found.put("df", "m");
    } else if (!owners.isEmpty()) {
      found.put("df", owners.getFirst());
      if (owners.size() > 1) {
        found.remove("group"); // it stands in another table, and nothing joins the two
      }
    } else if (tables.size() == 1) {
      found.put("df", tables.getFirst());
    }
  }

  /**
   * The one of several tables that has all that is asked for, and more than a single column of it.
   */
  private @Nullable String wholeTable(List<String> tables) {
    List<String> wanted =
        Stream.of("x", "group", "a", "b", "date")
            .map(found::get)
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    if (tables.size() < 2 || wanted.size() < 3) {
      return null;
    }
    return tables.stream()
        .filter(t ->
            wanted.stream()
                .allMatch(
                    w -> columns.stream().anyMatch(c -> t.equals(c.table()) && c.name().equals(w))))
        .findFirst()
        .orElse(null);
  }

  private @Nullable String owner(String column) {
    return columns.stream()
        .filter(c -> c.name().equals(column))
        .map(CardColumn::table)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** How two tables are joined: by the only column that both have, or that has the same values. */
  private @Nullable String on(String left, String right) {
    List<String> ways = new ArrayList<>();
    List<String> sameValues = new ArrayList<>();
    for (CardColumn a : columns) {
      for (CardColumn b : columns) {
        if (left.equals(a.table()) && right.equals(b.table())) {
          if (a.name().equals(b.name()) && !a.name().equalsIgnoreCase("id")) {
            ways.add("on=" + literal(a.name()));
          } else if (!a.values().isEmpty() && a.values().equals(b.values())) {
            sameValues.add("left_on=" + literal(a.name()) + ", right_on=" + literal(b.name()));
          }
        }
      }
    }
    List<String> all = ways.isEmpty() ? sameValues : ways;
    return all.size() == 1 ? all.getFirst() : null;
  }

  static String literal(String name) {
    return '"' + name + '"';
  }
}
