package dev.sandglass.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a question says of columns that part the rows in two: whether something holds ({@code flag},
 * 0 and 1), or which two kinds of rows are compared ({@code half}). For one question. Pure.
 */
record Halves(QuestionWords question, List<CardColumn> columns) {

  private static final Pattern COMPARED =
      Pattern.compile(
          "\\bcompar|\\bthan\\b(?! \\W?\\d)|\\bwith(?: (?:and|or|than)|, compared to)? without\\b"
              + "|\\bnon\\b|\\bdiffer|\\bversus\\b|\\bvs\\b|\\bbetween\\b|t-test|significan");

  /**
   * @param state the column of a value that the question names, or null: then only its rows are
   *     meant
   */
  Map<String, String> slots(@Nullable String state) {
    Map<String, String> slots = new HashMap<>();
    question.named(columns, CardColumn::isFlag).stream()
        .findFirst()
        .ifPresent(c -> slots.put("flag", c.name()));
    if (question.find(COMPARED).isPresent()) {
      question.named(columns, CardColumn::isHalves).stream()
          .filter(c -> !c.name().equals(state))
          .findFirst()
          .ifPresent(c -> slots.put("half", c.name()));
    }
    return slots;
  }
}
