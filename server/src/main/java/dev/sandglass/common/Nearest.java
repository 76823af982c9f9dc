package dev.sandglass.common;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known name that a mistyped one most likely means. */
public final class Nearest {

  private Nearest() {}

  /** The nearest of {@code known}, if it is near enough to be meant. */
  public static Optional<String> of(String name, Collection<String> known) {
    int bound = Math.max(2, name.length() / 3);
    return known.stream()
        .filter(k -> Math.abs(k.length() - name.length()) <= bound)
        .map(k -> new Candidate(k, distance(name, k)))
        .filter(c -> c.distance <= bound)
        .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .map(Candidate::name);
  }

  /** {@code ; did you mean `name`?}, or nothing. */
  public static String hint(String name, Collection<String> known, String quote) {
    return of(name, known).map(n -> "; did you mean " + quote + n + quote + "?").orElse("");
  }

  private record Candidate(String name, int distance) {}

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
