package dev.sandglass.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which columns a question is about, by the words that both have in common, as far as
 * they leave no doubt: what a recipe's gaps are filled with. Pure.
 */
final class Slots {

  private static final Pattern OR_MORE =
      Pattern.compile("(\\d[\\d,.]*\\d|\\d) (?:or|and) (?:above|more|over|higher)");
  private static final Pattern MORE_THAN =
      Pattern.compile("\\b(above|over|at least|than|exceed\\w*) .?(\\d[\\d,.]*\\d|\\d)");
  private static final Pattern MEAN = Pattern.compile("averag|\\bmean\\b");

  /** What makes no sense when it is added up. */
  private static final Pattern INTENSIVE =
      Pattern.compile(
          "temp|price|rate|ratio|percent|share|level|\\bage|score|speed|humid|pressure|height|grade"
              + "|mark|satisf|rating|index|_c$|_pct$");

  private static final Pattern TOTAL =
      Pattern.compile(
          "\\btotal|\\bsum of\\b|all ?together|\\boverall\\b"
              + "|\\b(?:spent|spends?|earned|bought|paid|brought in)(?: the)? most\\b");
  private static final Pattern CHART = Pattern.compile("\\b(?:plot|chart|draw|graph|diagram)");
  private static final Pattern LINE = Pattern.compile("\\blines?\\b|develop|over time|trend");
  private static final Pattern CHANGE =
      Pattern.compile(
          "percent.*(?:chang|grow|grew|differ|increas|decreas|rise|rose|fell|fall|up|down)"
              + "|(?:chang|grow|grew|differ|increas|decreas|rise|rose|fell|fall).*(?:percent|%)");
  private static final Pattern WHOSE =
      Pattern.compile(
          "\\b(?:who|whom|whose|names?|person|people)\\b"
              + "|\\bwhich (?:of|(?!(?:years?|quarters?|months?|weeks?|days?|dates?|hours?|columns?)\\b)\\w)");
  private static final Pattern ROWS = Pattern.compile("\\A.{1,300}, a row for each (\\w{1,40})");
  private static final Pattern YEARS = Pattern.compile("(?i)(?:^|[\\W_])years?(?:$|[\\W_])");
  private static final Pattern OFTEN =
      Pattern.compile("\\boften\\b|frequent|popular|\\bmost people\\b");
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
    Set<String> bounded = slots.conditions(Vocabulary.english(question));
    slots.number();
    slots.mark();
    Predicate<CardColumn> named = c -> c.isText() && !c.name().equals(slots.found.get("state"));
    slots.put("group", slots.group(named.and(c -> !c.isMonth() || slots.question.asksFor(c))));
    slots.orElse("group", CardColumn::isYesNo);
    slots.orElse("group", CardColumn::isFewNumbers);
    slots.put("date", slots.only(CardColumn::isDate));
    slots.put(
        "time",
        slots.only(slots.found.containsKey("date") ? CardColumn::isDate : CardColumn::isMonth));
    String group = slots.found.get("group");
    if (!slots.countsRows(cards, tables)) {
      Predicate<CardColumn> free =
          c -> c.isNumber() && !bounded.contains(c.name()) && !c.name().equals(group);
      slots.orElse("x", free);
      slots.meant(free);
      if (!slots.found.containsKey("x")) {
        slots.put("x", slots.only(free));
      }
      if (!slots.found.containsKey("x")) {
        slots.put("x", slots.only(free.and(CardColumn::isAmount)));
      }
      slots.found.putAll(new Money(slots.question, slots.columns).slots(slots.found.get("x")));
    }
    if (!slots.found.containsKey("group") && slots.question.find(WHOSE).isPresent()) {
      slots.put("group", first(slots.columns.stream().filter(CardColumn::isName).toList()));
    }
    slots.found.putAll(new Halves(slots.question, slots.columns).slots(slots.found.get("state")));
    slots.columns.stream()
        .filter(c -> c.isNumber() && YEARS.matcher(c.name()).find())
        .findFirst()
        .ifPresent(c -> slots.put("years", c));
    slots.put("listed", first(slots.question.named(slots.columns, CardColumn::isList)));
    slots.found.putAll(new RelatedColumns(slots.question, slots.columns).slots(question));
    slots.found.putAll(AskedFor.of(question, cards));
    String agg = slots.aggregate();
    slots.found.put("agg", agg);
    boolean some = !slots.found.getOrDefault("top", "").isEmpty() || !agg.equals("sum");
    slots.found.put("total", some ? "" : "print(\"all together:\", s.sum()); ");
    slots.plot();
    slots.change();
    slots.unit(cards);
    slots.row();
    new TableSlots(slots.question, slots.columns, slots.found).fill(tables);
    return Map.copyOf(slots.found);
  }

  private String aggregate() {
    if (question.find(TOTAL).isPresent()) {
      return "sum"; // a question for both is about two computations, of which this is one
    }
    if (question.has("median")) {
      return "median";
    }
    boolean mean =
        question.find(MEAN).isPresent()
            || INTENSIVE.matcher(found.getOrDefault("x", "").toLowerCase(Locale.ROOT)).find();
    return mean ? "mean" : "sum";
  }

  /** The column that is named, if nothing is known yet. */
  private void orElse(String slot, Predicate<CardColumn> fits) {
    if (!found.containsKey(slot)) {
      put(slot, first(question.named(columns, fits)));
    }
  }

  /** The number that a question's words mean without its name: who is paid best has a salary. */
  private void meant(Predicate<CardColumn> fits) {
    if (!found.containsKey("x") && !question.contains("since")) {
      question.meant(columns.stream().filter(fits).toList()).ifPresent(c -> put("x", c));
    }
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

  /** What holds for the rows that are meant; the columns of it. */
  private Set<String> conditions(String whole) {
    List<Conditions.Condition> conditions = Conditions.of(whole, columns);
    if (conditions.isEmpty()) {
      return Set.of();
    }
    List<String> code = new ArrayList<>(conditions.stream().map(c -> c.code()).toList());
    if (found.containsKey("state")) {
      code.add("df[\"%s\"] == \"%s\"".formatted(found.get("state"), found.get("value")));
    }
    Conditions.code(code).ifPresent(where -> found.put("where", where));
    return conditions.stream().map(Conditions.Condition::column).collect(Collectors.toSet());
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

  private void change() {
    found.put(
        "change",
        question.find(CHANGE).isPresent()
            ? "print(\"change in percent:\"); print((s.pct_change() * 100).to_string()); "
            : "");
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

  /** One row is asked for, such as the longest trip, unless it is a group that is. */
  private void row() {
    if (columns.stream().noneMatch(c -> c.isText() && question.asksFor(c))) {
      found.put("row", "row");
    }
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
  private boolean countsRows(List<String> cards, List<String> tables) {
    boolean counts =
        question.find(OFTEN).isPresent()
            || tables.stream().anyMatch(question::counts)
            || (tables.size() == 1 && cards.stream().anyMatch(c -> question.counts(things(c))))
            || columns.stream().anyMatch(c -> c.numbersRows() && question.counts(c.name()))
            || (found.containsKey("state") && columns.stream().noneMatch(CardColumn::isNumber));
    if (counts && question.named(columns, CardColumn::isNumber).isEmpty()) {
      found.put("counted", "rows");
      return true;
    }
    return false;
  }

  /** What a file's rows are most likely called, as its card says or by its name. */
  private static String things(String card) {
    var said = ROWS.matcher(card);
    return said.find() ? said.group(1) : card.substring(0, Math.max(0, card.indexOf('.')));
  }

  static String literal(String name) {
    return '"' + name + '"';
  }
}
