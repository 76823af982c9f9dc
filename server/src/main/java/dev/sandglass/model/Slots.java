package dev.sandglass.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Predicate;
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
  private static final int LONGEST_SERIES = 12;

  private final String question;
  private final List<CardColumn> columns;
  private final Map<String, String> found = new HashMap<>();

  private Slots(String question, List<CardColumn> columns) {
    this.question = question.toLowerCase(Locale.ROOT);
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
    slots.put("group", slots.only(c -> c.isText() && !c.name().equals(slots.found.get("state"))));
    slots.put("date", slots.only(CardColumn::isDate));
    slots.put("x", slots.only(CardColumn::isNumber));
    if (!slots.found.containsKey("group")) {
      slots.put("group", slots.first(c -> c.isText() && c.name().matches("(?i)id|name")));
    }
    slots.pair();
    slots.series();
    slots.found.put("agg", MEAN.matcher(slots.question).find() ? "mean" : "sum");
    slots.tables(tables);
    return Map.copyOf(slots.found);
  }

  private void put(String slot, @Nullable CardColumn column) {
    if (column != null) {
      found.put(slot, column.name());
    }
  }

  /** A value of a column that the question names: "delivered" of the column "status". */
  private void value() {
    for (CardColumn column : columns) {
      for (String value : column.values()) {
        String word = stem(value.toLowerCase(Locale.ROOT));
        if (value.length() > 2
            && !found.containsKey("state")
            && Pattern.compile("\\b" + Pattern.quote(word) + "\\w{0,3}\\b")
                .matcher(question)
                .find()) {
          found.put("state", column.name());
          found.put("value", value);
        }
      }
    }
  }

  private void number() {
    Matcher orMore = OR_MORE.matcher(question);
    Matcher moreThan = MORE_THAN.matcher(question);
    if (orMore.find()) {
      found.put("n", orMore.group(1).replace(",", ""));
      found.put("op", ">=");
    } else if (moreThan.find()) {
      found.put("n", moreThan.group(2).replace(",", ""));
      found.put("op", moreThan.group(1).equals("at least") ? ">=" : ">");
    }
  }

  private void mark() {
    for (CardColumn column : columns) {
      if (column.mark() != null) {
        found.put("marked", column.name());
        found.put("mark", column.mark());
      }
    }
  }

  /** Of the columns that fit the one that the question names, or the only one. */
  private @Nullable CardColumn only(Predicate<CardColumn> fits) {
    List<CardColumn> named = named(fits);
    if (!named.isEmpty()) {
      return named.getFirst();
    }
    List<CardColumn> all = columns.stream().filter(fits).toList();
    boolean one = all.stream().map(CardColumn::name).distinct().count() == 1;
    return one ? all.getFirst() : null;
  }

  private @Nullable CardColumn first(Predicate<CardColumn> fits) {
    return columns.stream().filter(fits).findFirst().orElse(null);
  }

  /** The columns that the question names, in the order in which it does. */
  private List<CardColumn> named(Predicate<CardColumn> fits) {
    return columns.stream()
        .filter(fits.and(c -> position(c).isPresent()))
        .sorted(Comparator.comparingInt(c -> position(c).getAsInt()))
        .toList();
  }

  private OptionalInt position(CardColumn column) {
    String spaced = column.name().replaceAll("(\\p{Ll})(\\p{Lu})", "$1 $2");
    return Stream.of(spaced.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
        .filter(word -> word.length() > 1 && !word.equals("id"))
        .map(Slots::stem)
        .flatMapToInt(word -> {
          String ending = word.length() > 3 ? "\\w{0,3}\\b" : "\\b";
          Matcher m = Pattern.compile("\\b" + Pattern.quote(word) + ending).matcher(question);
          return m.find()
              ? java.util.stream.IntStream.of(m.start())
              : java.util.stream.IntStream.empty();
        })
        .min();
  }

  private static String stem(String word) {
    if (word.endsWith("ies")) {
      return word.substring(0, word.length() - 3) + "y";
    }
    boolean plural = word.length() > 3 && word.endsWith("s") && !word.endsWith("ss");
    return plural ? word.substring(0, word.length() - 1) : word;
  }

  /** Two columns that are compared or related. */
  private void pair() {
    Predicate<CardColumn> kind =
        LATENESS.matcher(question).find() ? CardColumn::isDate : CardColumn::isNumber;
    List<String> two = names(named(kind));
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
      found.put("df", "m");
    } else if (owners.size() == 1 || tables.size() == 1) {
      found.put("df", owners.isEmpty() ? tables.getFirst() : owners.getFirst());
    }
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
