package dev.sandglass.model;

import java.util.List;

/** What English words of one origin have in common: "survival" and "survived". Pure. */
final class Stem {

  /** The longer ones leave five letters, or "station" would be a "state". */
  private static final List<String> LONG = List.of("ation", "ion", "ers", "er", "al", "ly");

  private static final List<String> SHORT = List.of("ing", "ed", "es", "e", "s");
  private static final int LEAST_OF_LONG = 5;
  private static final int LEAST = 4;

  private Stem() {}

  static String of(String word) {
    return without(without(word, LONG, LEAST_OF_LONG), SHORT, LEAST);
  }

  private static String without(String word, List<String> endings, int least) {
    return endings.stream()
        .filter(e -> word.endsWith(e) && word.length() - e.length() >= least)
        .findFirst()
        .map(e -> word.substring(0, word.length() - e.length()))
        .orElse(word);
  }
}
