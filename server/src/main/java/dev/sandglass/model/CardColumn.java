package dev.sandglass.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table, as a file card tells it.
 *
 * @param kind {@code text}, {@code yes/no}, {@code integers}, {@code few integers}, {@code flag} (0
 *     and 1), {@code numbers}, {@code dates}, {@code months}, or {@code row numbers}
 * @param values all values of a text column that has few; else empty
 * @param table what the reading lines call its table, or null if they don't say
 * @param mark a number that may stand for a missing value, or null
 */
record CardColumn(
    String name, String kind, List<String> values, @Nullable String table, @Nullable String mark) {

  private static final String ROW_NUMBERS = "row numbers";
  private static final String FEW = "few integers";
  private static final String FLAG = "flag";
  private static final Pattern FEW_DIFFERENT = Pattern.compile("\\(\\d+ different\\)");

  private static final Pattern COLUMN =
      Pattern.compile(
          "- '((?:[^'\"\\\\]|\\\\.){1,60})': (yes/no|text|integers|numbers|dates|lists(?= of [\\d to]+ items))\\b(.*)");
  private static final Pattern TABLE =
      Pattern.compile(
          "Sheet '[^']+':.*|Table (?:'[^']+'|\\d+):.*|\\w+: (?:[\\d,]+ object|a row).*");
  private static final Pattern ROWS =
      Pattern.compile("\\b(\\d{1,12}|\\d[\\d,]{1,14}) (?:rows|lines|objects)\\b");
  private static final Pattern RANGE = Pattern.compile("\\s*(-?\\d{1,12}) to (-?\\d{1,12})");
  private static final int FEW_ROWS = 20;

  /** Dates that the reading lines leave as the text that they are. */
  private static final Pattern MONTHS = Pattern.compile("\\((?:%Y-%m|%b %Y|%B %Y|%b-%y)[,)]");

  private static final Pattern ALL_VALUES = Pattern.compile("\\d+ different: ('.*)");
  private static final Pattern VALUE = Pattern.compile("'([^']*)'");
  private static final Pattern MARK = Pattern.compile("\\((-\\d+) occurs");

  boolean isNumber() {
    return (kind.equals("integers") || kind.equals(FEW) || kind.equals("numbers"))
        && !name.matches("(?i:(.*_)?id|id.*)|.*\\p{Ll}I[Dd]");
  }

  /** A number that is no count: among several, what a question is more likely about. */
  boolean isAmount() {
    return isNumber() && kind.equals("numbers");
  }

  boolean isText() {
    return kind.equals("text") || isMonth();
  }

  /** A text such as "2025-01". */
  boolean isMonth() {
    return kind.equals("months");
  }

  /** A text that tells whose row it is. */
  boolean isName() {
    return isText() && name.matches("(?i)id|name");
  }

  boolean numbersRows() {
    return kind.equals(ROW_NUMBERS);
  }

  /** A number that names kinds, such as a class from 1 to 3. */
  boolean isFewNumbers() {
    return kind.equals(FEW);
  }

  /** 1 where something holds, else 0. */
  boolean isFlag() {
    return kind.equals(FLAG);
  }

  boolean isList() {
    return kind.equals("lists");
  }

  boolean isYesNo() {
    return kind.equals("yes/no");
  }

  /** Whether it parts the rows in two. */
  boolean isHalves() {
    return isYesNo() || isFlag() || (isText() && values.size() == 2);
  }

  boolean isDate() {
    return kind.equals("dates");
  }

  /** The columns of all cards, in their order; the cards' tables are {@code tables}, likewise. */
  static List<CardColumn> of(List<String> cards, List<String> tables) {
    List<CardColumn> columns = new ArrayList<>();
    int table = -1;
    for (String card : cards) {
      long rows = 0;
      boolean named = false; // a card with one table doesn't announce it
      for (String line : card.split("\n")) {
        if (TABLE.matcher(line).matches()) {
          rows = rows(line, 0);
          table++;
          named = true;
          continue;
        }
        Matcher m = COLUMN.matcher(line);
        if (!m.matches()) {
          rows = rows(line, rows);
        } else {
          if (!named) {
            table++;
            named = true;
          }
          columns.add(
              new CardColumn(
                  m.group(1),
                  kind(m.group(2), m.group(3), rows),
                  values(m.group(3)),
                  table < tables.size() ? tables.get(table) : null,
                  mark(m.group(3))));
        }
      }
    }
    return columns;
  }

  private static String kind(String kind, String about, long rows) {
    if (numbersRows(kind, about, rows)) {
      return ROW_NUMBERS;
    }
    if (MONTHS.matcher(about).find()) {
      return "months";
    }
    if (!kind.equals("integers") || !FEW_DIFFERENT.matcher(about).find()) {
      return kind;
    }
    return about.startsWith(" 0 to 1 ") ? FLAG : FEW;
  }

  private static long rows(String line, long before) {
    Matcher rows = ROWS.matcher(line);
    return rows.find() ? Long.parseLong(rows.group(1).replace(",", "")) : before;
  }

  /** As many whole numbers as there are rows: they count or name the rows, and mean no amount. */
  private static boolean numbersRows(String kind, String about, long rows) {
    Matcher range = RANGE.matcher(about);
    return kind.equals("integers")
        && rows > FEW_ROWS
        && range.lookingAt()
        && Long.parseLong(range.group(2)) - Long.parseLong(range.group(1)) + 1 == rows;
  }

  private static List<String> values(String about) {
    Matcher all = ALL_VALUES.matcher(about);
    if (!all.find()) {
      return List.of();
    }
    return VALUE
        .matcher(all.group(1))
        .results()
        .map(value -> value.group(1))
        .filter(value -> !value.contains("\"") && !value.contains("\\")) // would end a literal
        .toList();
  }

  private static @Nullable String mark(String about) {
    Matcher mark = MARK.matcher(about);
    return mark.find() ? mark.group(1) : null;
  }
}
