package dev.sandglass.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class QuestionSetTest {

  @ParameterizedTest
  @ValueSource(strings = {"../eval", "../eval/holdout", "../eval/fresh"})
  void answersMadeOfTheExpectedValuesSolveEverything(String folder) {
    QuestionSet set = QuestionSet.load(Path.of(folder));
    assertThat(Verdict.of(set, perfect(set)))
        .hasSameSizeAs(set.questions())
        .allSatisfy(verdict -> assertThat(verdict.faults()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../eval", "../eval/holdout", "../eval/fresh"})
  void perfectAnswersToOtherQuestionsSolveNothing(String folder) {
    QuestionSet set = QuestionSet.load(Path.of(folder));
    assertThat(Verdict.shareOfWrongPairs(set, perfect(set))).isLessThan(0.002);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../eval", "../eval/holdout", "../eval/fresh"})
  void anAnswerFullOfNumbersAndNamesSolvesNothing(String folder) {
    QuestionSet set = QuestionSet.load(Path.of(folder));
    StringBuilder everything = new StringBuilder();
    for (int number = 0; number <= 60; number++) {
      everything.append(number).append(number % 10 == 9 ? "\n" : ", ");
    }
    List<Attempt> attempts =
        set.questions().stream()
            .filter(QuestionSetTest::wantsWords)
            .map(q -> attempt(set, q, everything.toString()))
            .toList();
    assertThat(Verdict.of(set, attempts)).noneMatch(Verdict::solved);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../eval"})
  void anUnknownIdIsAnError(String folder) {
    QuestionSet set = QuestionSet.load(Path.of(folder));
    assertThat(set.only(Set.of("math-loan")).questions()).hasSize(1);
    assertThatThrownBy(() -> set.only(Set.of("nothing"))).hasMessageContaining("nothing");
  }

  /** Whether an answer's words matter: "resize to 100x100" is solved by the picture alone. */
  private static boolean wantsWords(EvalQuestion question) {
    return question.checks().stream()
        .anyMatch(check -> check instanceof Check.Amount || check instanceof Check.Naming);
  }

  /** What somebody would write who knew every value. */
  private static List<Attempt> perfect(QuestionSet set) {
    return set.questions().stream()
        .map(question -> {
          JsonNode values = set.expectedOf(question);
          StringBuilder text = new StringBuilder();
          for (Check check : question.checks()) {
            line(check, values, text);
          }
          return attempt(set, question, text.toString());
        })
        .toList();
  }

  private static void line(Check check, JsonNode values, StringBuilder text) {
    switch (check) {
      case Check.Amount number -> {
        String label = number.near() == null ? number.name() : number.nearWords().getFirst();
        for (JsonNode one : each(values.path(number.name()))) {
          text.append(label).append(": ").append(one).append('\n');
        }
      }
      case Check.Naming naming -> {
        for (JsonNode one : each(values.path(naming.name()))) {
          String name = one.isObject() ? one.path("is").asString() : one.asString();
          text.append("It is ").append(name).append('\n');
        }
      }
      case Check.Image _, Check.File _ -> {}
    }
  }

  private static Iterable<JsonNode> each(JsonNode value) {
    return value.isArray() ? value : List.of(value);
  }

  /** An attempt that has produced whatever kinds of files its question could ask for. */
  private static Attempt attempt(QuestionSet set, EvalQuestion question, String text) {
    List<Produced> files = new ArrayList<>();
    for (Check check : question.checks()) {
      switch (check) {
        case Check.File file ->
            files.add(new Produced(file.glob().replace("*", "x"), text, false, 0, 0));
        case Check.Image image -> {
          JsonNode size = set.expectedOf(question).path(String.valueOf(image.name()));
          int width = size.path(0).asInt();
          files.add(new Produced("x.png", null, true, width, size.path(1).asInt()));
        }
        default -> {}
      }
    }
    return new Attempt(question.id(), text, 1, 1.0, files, null, List.of());
  }
}
