package dev.sandglass.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How tables refer to each other, by their names and their columns' names: {@code loans.member_id}
 * means {@code members.id}. Immutable.
 */
final class TableLinks {

  private static final Set<String> KEYS = Set.of("id", "code", "no", "nr", "number", "key");

  /**
   * A column that holds keys of another table.
   *
   * @param from the table that refers
   */
  record Link(String from, String column, String to, String key) {
    boolean sameName() {
      return column.equals(key);
    }

    /** The arguments of a merge. */
    String on() {
      return sameName()
          ? "on=\"%s\"".formatted(key)
          : "left_on=\"%s\", right_on=\"%s\", suffixes=(\"\", \"_%s\")".formatted(column, key, to);
    }
  }

  /**
   * One table with a row for each row of the referring one.
   *
   * @param code an expression that makes it
   * @param from the referring table
   */
  record Joined(String code, String from, List<Link> links) {}

  private final List<CardColumn> columns;
  private final List<Link> links = new ArrayList<>();

  TableLinks(List<CardColumn> columns, List<String> tables) {
    this.columns = columns;
    for (CardColumn column : columns) {
      String from = column.table();
      if (from == null || isKey(column.name())) {
        continue;
      }
      for (String to : tables) {
        String key = to.equals(from) ? null : key(column, to);
        if (key != null) {
          links.add(new Link(from, column.name(), to, key));
        }
      }
    }
  }

  /** The only table that refers to this one, or null. */
  @Nullable String referrer(String table) {
    List<String> all =
        links.stream().filter(l -> l.to().equals(table)).map(Link::from).distinct().toList();
    return all.size() == 1 ? all.getFirst() : null;
  }

  /** The tables joined by the one that refers to all others, or null if none does. */
  @Nullable Joined join(Collection<String> tables) {
    Set<String> candidates = new HashSet<>(tables);
    links.stream().map(Link::from).forEach(candidates::add);
    return tablesFirst(tables, candidates)
        .map(from -> join(from, tables))
        .filter(j -> j != null)
        .findFirst()
        .orElse(null);
  }

  private static Stream<String> tablesFirst(Collection<String> tables, Set<String> all) {
    return Stream.concat(tables.stream(), all.stream().filter(t -> !tables.contains(t)).sorted());
  }

  private @Nullable Joined join(String from, Collection<String> tables) {
    List<Link> used = new ArrayList<>();
    Set<String> reached = new HashSet<>(Set.of(from));
    for (String to : tables) {
      List<Link> way = way(from, to, reached);
      if (way == null) {
        return null;
      }
      way.forEach(link -> reached.add(link.to()));
      used.addAll(way);
    }
    StringBuilder code = new StringBuilder(from);
    used.forEach(link -> code.append(".merge(%s, %s)".formatted(link.to(), link.on())));
    return used.isEmpty() ? null : new Joined(code.toString(), from, used);
  }

  /**
   * The links that lead to a table that isn't joined yet, from one that is: its own, or over one
   * table between; null if there is none, or more than one.
   */
  private @Nullable List<Link> way(String from, String to, Set<String> reached) {
    if (reached.contains(to)) {
      return List.of();
    }
    List<Link> direct = links(from, to);
    if (!direct.isEmpty()) {
      return direct.size() == 1 ? direct : null;
    }
    List<List<Link>> ways = new ArrayList<>();
    for (Link second : links.stream().filter(l -> l.to().equals(to)).toList()) {
      if (second.from().equals(from) || second.column().equals(second.key())) {
        continue; // its name would be taken by another table's
      }
      if (reached.contains(second.from())) {
        ways.add(List.of(second));
      } else {
        links(from, second.from()).forEach(first -> ways.add(List.of(first, second)));
      }
    }
    return ways.size() == 1 ? ways.getFirst() : null;
  }

  private List<Link> links(String from, String to) {
    return links.stream().filter(l -> l.from().equals(from) && l.to().equals(to)).toList();
  }

  boolean refers(String from, @Nullable String to) {
    return to != null && !links(from, to).isEmpty();
  }

  /** The only link to this table, or null. */
  @Nullable Link to(String table) {
    List<Link> all = links.stream().filter(l -> l.to().equals(table)).toList();
    return all.size() == 1 ? all.getFirst() : null;
  }

  /** What a column is called once its table has been joined. */
  String nameIn(Joined joined, String table, String column) {
    Set<String> before = names(joined.from());
    for (Link link : joined.links()) {
      if (link.to().equals(table)) {
        return before.contains(column) && !link.sameName() ? column + "_" + table : column;
      }
      before.addAll(names(link.to()));
    }
    return column;
  }

  private Set<String> names(String table) {
    Set<String> names = new HashSet<>();
    columns.stream().filter(c -> table.equals(c.table())).map(CardColumn::name).forEach(names::add);
    return names;
  }

  /** The key of a table that a column of another refers to by its name, or null. */
  private @Nullable String key(CardColumn column, String to) {
    String one = QuestionWords.singular(to);
    String name = column.name().toLowerCase(Locale.ROOT);
    boolean named = name.equals(one) || name.equals(to.toLowerCase(Locale.ROOT));
    for (String key : KEYS) {
      named |= name.equals(one + "_" + key) || name.equals(one + key);
    }
    if (!named) {
      return null;
    }
    return columns.stream()
        .filter(c -> to.equals(c.table()))
        .map(CardColumn::name)
        .filter(n -> n.equals(column.name()) || isKey(n))
        .findFirst()
        .orElse(null);
  }

  private static boolean isKey(String name) {
    return KEYS.contains(name.toLowerCase(Locale.ROOT));
  }
}
