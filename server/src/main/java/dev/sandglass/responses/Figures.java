package dev.sandglass.responses;

import java.util.List;

/** Tells which numbers of an answer stand in none of the texts that it can have them from. */
@FunctionalInterface
public interface Figures {

  /**
   * The strangers among the answer's numbers, as written.
   *
   * @param sources the outputs of cells, the question, the file cards
   */
  List<String> strangers(String answer, List<String> sources);

  /** Whether a short output has lines whose numbers the answer doesn't tell. */
  default boolean leavesOut(String answer, String output) {
    return false;
  }
}
