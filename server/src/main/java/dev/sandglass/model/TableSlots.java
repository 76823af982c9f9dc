package dev.sandglass.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which of several tables a question is about, and how they are joined if it is about more than
 * one. For one question.
 */
final class TableSlots {

  private static final Pattern COUNTED_OFTEN =
      Pattern.compile("how many|number of|\\bmost\\b|\\bleast\\b|often|popular|frequent|times");

  private static final Pattern TIMES =
      Pattern.compile(
          "\\b(?:months?|monthly|years?|yearly|quarters?|weeks?|weekly|days?|daily)\\b");
  private static final Pattern NEVER = Pattern.compile("\\b(?:never|not|no|without)\\b");

  private static final Pattern KEYS =
      Pattern.compile(
          "on=\"(?<both>[^\"]+)\".*|left_on=\"(?<left>[^\"]+)\", right_on=\"(?<right>[^\"]+)\".*");

  private final QuestionWords question;
  private final List<CardColumn> columns;
  private final Map<String, String> found;

  /**
   * @param found the slots as far as they are known, to which those of the tables are added
   */
  TableSlots(QuestionWords question, List<CardColumn> columns, Map<String, String> found) {
    this.question = question;
    this.columns = columns;
    this.found = found;
  }

  void fill(List<String> tables) {
    tables(tables);
    keepOwn(tables);
  }

  /** Which table to work on; with a merge if what is asked for stands in two. */
  private void tables(List<String> tables) {
    String whole = wholeTable(tables);
    if (whole != null) {
      found.put("df", whole);
      return;
    }
    if (tables.size() > 1 && linked(new TableLinks(columns, tables), tables)) {
      return;
    }
    List<String> owners =
        Stream.of(found.getOrDefault("price", found.get("x")), found.get("group"))
            .filter(Objects::nonNull)
            .map(this::owner)
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    if (owners.isEmpty()) {
      owners = counted(tables);
    }
    boolean both = tables.size() == 2 && !standsIn(owners, tables);
    List<String> two = owners.size() == 2 ? owners : both ? tables : List.of();
    String on = two.isEmpty() ? null : on(two.get(0), two.get(1));
    if (on != null) {
      pairOfTables(two.get(0), two.get(1), on);
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

  /** Whether one of two tables has all that is asked for, and the other isn't spoken of. */
  private boolean standsIn(List<String> owners, List<String> tables) {
    if (owners.size() != 1) {
      return false;
    }
    String own = owners.getFirst();
    return tables.stream()
        .filter(t -> !t.equals(own))
        .noneMatch(t ->
            question.has(QuestionWords.singular(t))
                || !question
                    .named(columns, c -> t.equals(c.table()) && !has(own, c.name()))
                    .isEmpty());
  }

  /** The table whose rows are counted, or that has the date. */
  private List<String> counted(List<String> tables) {
    return tables.stream()
        .filter(question::counts)
        .findFirst()
        .or(() -> Optional.ofNullable(found.get("date")).map(this::owner))
        .map(List::of)
        .orElse(List.of());
  }

  /** Drops what the table or tables that are worked on don't have. */
  private void keepOwn(List<String> tables) {
    Set<String> used = new HashSet<>();
    String joined = found.getOrDefault("joined", "");
    String df = found.getOrDefault("df", "");
    for (String table : tables) {
      boolean in = Pattern.compile("\\b" + Pattern.quote(table) + "\\b").matcher(joined).find();
      if (df.equals("m") ? in : df.equals(table)) {
        used.add(table);
      }
    }
    if (tables.size() < 2 || used.isEmpty()) {
      return;
    }
    String price = found.get("price");
    if (price != null && used.stream().noneMatch(t -> has(t, price))) {
      List.of("x", "price", "count").forEach(found::remove);
    }
    for (String slot : List.of("x", "a", "b", "date", "time", "state", "marked")) {
      String column = found.get(slot);
      if (column != null
          && !column.equals(Money.AMOUNT)
          && used.stream().noneMatch(t -> has(t, column) || column.endsWith("_" + t))) {
        found.remove(slot);
      }
    }
  }

  private void pairOfTables(String left, String right, String on) {
    found.put("left", left);
    found.put("right", right);
    found.put("on", on);
    found.put("joined", left + ".merge(" + right + ", " + on + ")");
    Matcher keys = KEYS.matcher(on);
    if (keys.matches()) {
      boolean turned = question.position(right) < question.position(left);
      found.put("asked", turned ? right : left);
      found.put("other", turned ? left : right);
      String one = keys.group("left") == null ? keys.group("both") : keys.group("left");
      String two = keys.group("right") == null ? keys.group("both") : keys.group("right");
      found.put("key", turned ? two : one);
      found.put("other_key", turned ? one : two);
    }
  }

  /**
   * Joins the tables that the question is about where their names tell how. Which "member" is a
   * question for the members' names; what is counted are the rows that refer to them.
   */
  private boolean linked(TableLinks links, List<String> tables) {
    String asked = tables.stream().filter(question::asksFor).findFirst().orElse(null);
    boolean never = asked != null && unreferred(links, asked);
    CardColumn name = asked == null || never ? null : nameOf(asked);
    String group = name == null ? found.get("group") : name.name();
    String grouped = name == null && group != null ? owner(group) : asked;
    dateBeside(links);
    String date = found.get("date");
    if (group == null && date != null && question.find(TIMES).isPresent()) {
      group = date; // what is wanted for each month
      grouped = owner(date);
    }
    if (group == null || grouped == null) {
      return false;
    }
    Set<String> wanted = new LinkedHashSet<>(List.of(grouped));
    String x = found.get("x");
    String price = found.get("price");
    String amount = x == null ? null : owner(x);
    if (price != null) {
      Stream.of(price, found.getOrDefault("count", price)).map(this::owner).forEach(wanted::add);
    } else if (amount != null) {
      wanted.add(amount);
    } else if (question.find(COUNTED_OFTEN).isPresent()
        && (name != null || !question.counts(grouped))) {
      Optional.ofNullable(links.referrer(grouped)).ifPresent(wanted::add);
    }
    TableLinks.Joined joined = wanted.size() < 2 ? null : links.join(wanted);
    if (joined == null || (name == null && has(joined.from(), group))) {
      return false;
    }
    if (!group.equals(date)) {
      found.put("group", links.nameIn(joined, grouped, group));
    }
    if (x != null && amount != null) {
      found.put("x", links.nameIn(joined, amount, x));
    } else if (price == null) {
      found.put("counted", "rows");
    }
    if (joined.links().size() == 1) {
      TableLinks.Link link = joined.links().getFirst();
      pairOfTables(link.from(), link.to(), link.on());
    }
    found.put("joined", joined.code());
    found.put("df", "m");
    return true;
  }

  /** Of several dates the one in the table of the amount, or in the one that it refers to. */
  private void dateBeside(TableLinks links) {
    String amount = found.getOrDefault("price", found.get("x"));
    String from = amount == null ? null : owner(amount);
    if (from == null || found.containsKey("date")) {
      return;
    }
    List<CardColumn> near =
        columns.stream()
            .filter(CardColumn::isDate)
            .filter(c -> from.equals(c.table()) || links.refers(from, c.table()))
            .toList();
    if (near.size() == 1) {
      found.put("date", near.getFirst().name());
    }
  }

  /** Whether things of a table are asked for that no row of another refers to. */
  private boolean unreferred(TableLinks links, String asked) {
    TableLinks.Link link = links.to(asked);
    if (link == null || question.find(NEVER).isEmpty()) {
      return false;
    }
    found.put("asked", asked);
    found.put("other", link.from());
    found.put("key", link.key());
    found.put("other_key", link.column());
    return true;
  }

  /** The column by which people call a table's things. */
  private @Nullable CardColumn nameOf(String table) {
    List<CardColumn> texts =
        columns.stream().filter(c -> table.equals(c.table()) && c.isText()).toList();
    return texts.stream()
        .filter(c -> c.name().matches("(?i).*(name|title)|" + QuestionWords.singular(table)))
        .findFirst()
        .orElse(null);
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

  private boolean has(String table, String column) {
    return columns.stream().anyMatch(c -> table.equals(c.table()) && c.name().equals(column));
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
            ways.add("on=" + Slots.literal(a.name()));
          } else if (!a.values().isEmpty() && a.values().equals(b.values())) {
            sameValues.add(
                "left_on=" + Slots.literal(a.name()) + ", right_on=" + Slots.literal(b.name()));
          }
        }
      }
    }
    List<String> all = ways.isEmpty() ? sameValues : ways;
    return all.size() == 1 ? all.getFirst() : null;
  }
}
