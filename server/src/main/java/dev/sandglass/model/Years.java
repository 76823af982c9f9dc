package dev.sandglass.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A table with a column for each year: which of them a question is about. Pure. */
final class Years {

  private static final Pattern YEAR = Pattern.compile("\\b(?:19|20)\\d\\d\\b");
  private static final Pattern NAMED = Pattern.compile("(?:.*\\D)?((?:19|20)\\d\\d)(?:\\D.*)?");

  private Years() {}

  /**
   * The slots {@code first} and {@code last}, which are the question's or the table's, and {@code
   * year} if the question names one alone.
   *
   * @param names columns that differ by a number only
   */
  static Map<String, String> slots(String question, List<String> names) {
    Map<String, String> columns = new HashMap<>();
    for (String name : names) {
      var year = NAMED.matcher(name);
      if (!year.matches()) {
        return Map.of();
      }
      columns.put(year.group(1), name);
    }
    List<String> asked =
        YEAR.matcher(question)
            .results()
            .map(MatchResult::group)
            .filter(columns::containsKey)
            .distinct()
            .sorted()
            .toList();
    Map<String, String> slots = new HashMap<>();
    boolean span = asked.size() > 1;
    slots.put("first", span ? columns.get(asked.getFirst()) : names.getFirst());
    slots.put("last", span ? columns.get(asked.getLast()) : names.getLast());
    if (asked.size() == 1) {
      slots.put("year", columns.get(asked.getFirst()));
    }
    return slots;
  }
}
