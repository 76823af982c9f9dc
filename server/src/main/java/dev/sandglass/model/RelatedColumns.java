package dev.sandglass.model;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds the columns that a question takes together: two that are compared, a part and its whole,
 * people and the area that they live on, the two ends of a span, a series of them. For {@link
 * Slots}.
 */
final class RelatedColumns {

  private static final Pattern LATENESS =
      Pattern.compile("\\b(?:later|earlier|late|early|on time|before|after)\\b");
  private static final Pattern RATIO =
      Pattern.compile(
          "\\b(?:in|as)(?: an?)? (?:percent|percentage|share|proportion|%) of\\b|percent of (?:the|its|their)\\b");
  private static final Pattern PEOPLE = Pattern.compile("population|people|inhabitant|resident");
  private static final Pattern AREA = Pattern.compile("\\barea|km²|km2|hectare|surface");
  private static final int LONGEST_SERIES = 12;

  private final QuestionWords question;
  private final List<CardColumn> columns;
  private final Map<String, String> found = new HashMap<>();

  RelatedColumns(QuestionWords question, List<CardColumn> columns) {
    this.question = question;
    this.columns = columns;
  }

  /**
   * What is known, by the gap's name.
   *
   * @param whole the question as it was written
   */
  Map<String, String> slots(String whole) {
    pair();
    ratio();
    only("people", PEOPLE);
    only("area", AREA);
    message();
    span();
    series(whole);
    return Map.copyOf(found);
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

  /** From when to when, if there are just two dates and the question is about no other number. */
  private void span() {
    List<CardColumn> dates = columns.stream().filter(CardColumn::isDate).toList();
    boolean other = !question.named(columns, CardColumn::isNumber).isEmpty();
    if (dates.size() == 2
        && !other
        && dates.stream().map(c -> "" + c.table()).distinct().count() == 1) {
      found.put("begin", dates.getFirst().name());
      found.put("end", dates.getLast().name());
    }
  }

  /** One number in percent of another. */
  private void ratio() {
    List<String> two = names(question.named(columns, CardColumn::isNumber));
    if (two.size() == 2 && question.find(RATIO).isPresent()) {
      found.put("part", two.get(0));
      found.put("whole", two.get(1));
    }
  }

  /** What the entries of a program's log say, which have a level. */
  private void message() {
    List<String> texts = names(columns.stream().filter(CardColumn::isText).toList());
    if (texts.containsAll(List.of("level", "message"))) {
      found.put("message", "message");
    }
  }

  /** The only number with such a name. */
  private void only(String slot, Pattern name) {
    List<CardColumn> fit =
        columns.stream()
            .filter(c -> c.isNumber() && name.matcher(Vocabulary.english(c.name())).find())
            .toList();
    if (fit.size() == 1) {
      found.put(slot, fit.getFirst().name());
    }
  }

  /** Columns that differ by a number only: Q1, Q2, Q3; 2021, 2022, 2023. */
  private void series(String whole) {
    Map<String, LinkedHashSet<String>> alike = new LinkedHashMap<>();
    columns.stream()
        .filter(c -> c.isNumber() && c.name().matches(".*\\d.*"))
        .forEach(c ->
            alike
                .computeIfAbsent(c.name().replaceAll("\\d+", "#"), k -> new LinkedHashSet<>())
                .add(c.name()));
    alike.values().stream()
        .filter(names -> names.size() > 1 && names.size() <= LONGEST_SERIES)
        .findFirst()
        .ifPresent(names -> {
          Map<String, String> years = Years.slots(whole, List.copyOf(names));
          if (names.size() > 2 || !years.isEmpty()) {
            found.put(
                "columns", names.stream().map(Slots::literal).collect(Collectors.joining(", ")));
            found.putAll(years);
          }
        });
  }

  private static List<String> names(List<CardColumn> columns) {
    return columns.stream().map(CardColumn::name).distinct().toList();
  }
}
