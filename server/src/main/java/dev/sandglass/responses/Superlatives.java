package dev.sandglass.responses;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what can't be true by an answer's own words: "January had the highest revenue at 10.1, July
 * had the highest revenue at 31.9". Small models that go through a list begin every line like the
 * first. What is said of one group among several, "in 2024 Ada had the highest score of 9", is none
 * of its business. Pure.
 */
final class Superlatives {

  /** Longer ones are not read. */
  private static final int CHARS = 20_000;

  private static final Pattern CLAUSES = Pattern.compile("[.,;!?](?=\\s)|\\n|(?= and \\p{Lu})");

  /** The superlative, of what, and how much. */
  private static final Pattern CLAIM =
      Pattern.compile(
          "(?i)\\bthe (highest|lowest|largest|smallest|biggest|greatest|most|least|best|worst)"
              + "((?: \\p{L}{1,30}){0,3}?) (?:at|of|with|is|was|being) [^\\p{L}\\d\\s]?(\\d(?:[\\d.,]*\\d)?)");

  /** "In 2024 …", "North: …". */
  private static final Pattern OF_ONE_GROUP =
      Pattern.compile(
          "(?i)\\s*(?:and )?(?:in|for|on|at|during|within|of|among|per|from)\\b.*|[^:]{1,80}:\\s.*");

  private Superlatives() {}

  /** The figures that are called by one superlative, if they are several; else empty. */
  static List<String> rivals(String answer) {
    Map<String, Set<String>> claims = new HashMap<>();
    boolean grouped = false;
    for (String clause : CLAUSES.split(answer.substring(0, Math.min(CHARS, answer.length())))) {
      boolean groups = OF_ONE_GROUP.matcher(clause).matches();
      Matcher m = CLAIM.matcher(clause);
      if (!groups && !grouped && m.find()) {
        String what = (m.group(1) + m.group(2)).toLowerCase(Locale.ROOT);
        claims.computeIfAbsent(what, w -> new LinkedHashSet<>()).add(m.group(3));
      }
      grouped = groups;
    }
    return claims.values().stream()
        .filter(figures -> figures.size() > 1)
        .findFirst()
        .map(List::copyOf)
        .orElse(List.of());
  }
}
