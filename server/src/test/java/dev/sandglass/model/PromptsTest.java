package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.common.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The prompts are well formed, and teach by examples that no evaluation asks about. */
class PromptsTest {

  private static final Path EVAL = Path.of("..", "eval");
  private static final List<Path> SETS =
      List.of(EVAL, EVAL.resolve("holdout"), EVAL.resolve("fresh"));

  /** So many words in a row are a question's own. */
  private static final int WORDS = 6;

  /** What conversations start with. */
  static Stream<Prompts> prompts() {
    return Stream.of(Prompts.TOOLS, Prompts.BLOCKS);
  }

  /** All that models are shown beside what the user gives; {@link RecipesTest} sees the last. */
  static Stream<Prompts> files() {
    return Stream.concat(prompts(), Stream.of("recipes.v1.txt", "words.v1.txt").map(Prompts::load));
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void aPromptBeginsWithTheSystemAndThenTheTwoTakeTurns(Prompts prompt) {
    assertThat(prompt.messages()).isNotEmpty().allMatch(m -> !m.text().isBlank());
    assertThat(prompt.messages().getFirst().role()).isEqualTo("system");
    List<Prompts.Message> example = prompt.messages().subList(1, prompt.messages().size());
    for (int i = 0; i < example.size(); i++) {
      assertThat(example.get(i).role()).isEqualTo(i % 2 == 0 ? "user" : "assistant");
    }
    if (!example.isEmpty()) {
      assertThat(example.getLast().role()).as("the user's question follows").isEqualTo("assistant");
    }
  }

  @Test
  void everyPromptFileIsOneThatIsUsed() throws IOException {
    try (Stream<Path> files =
        Files.list(Path.of("src/main/resources/dev/sandglass/model/prompts"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(files().map(Prompts::name).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void noPromptKnowsAFileOfTheEvaluation(Prompts prompt) throws IOException {
    Set<String> names = evalFiles();
    assertThat(names).hasSizeGreaterThan(20);
    String text = text(prompt);
    assertThat(names).noneMatch(text::contains);
  }

  @ParameterizedTest
  @MethodSource("files")
  void noPromptKnowsAQuestionOfTheEvaluation(Prompts prompt) throws IOException {
    Set<String> told = runs(text(prompt));
    int questions = 0;
    for (Path set : SETS) {
      for (JsonNode question :
          Json.MAPPER.readTree(Files.readString(set.resolve("questions.json")))) {
        questions++;
        String asked = question.path("question").asString("");
        assertThat(runs(asked)).as(asked).isNotEmpty().doesNotContainAnyElementsOf(told);
      }
    }
    assertThat(questions).isGreaterThan(30);
  }

  @Test
  void linesBeforeTheFirstMessageAreAComment() {
    Prompts prompt = Prompts.parse("p", "a remark\n=== system\n\nBe\nbrief.\n\n=== user\nhello\n");
    assertThat(prompt.messages())
        .containsExactly(
            new Prompts.Message("system", "Be\nbrief."), new Prompts.Message("user", "hello"));
  }

  private static Set<String> evalFiles() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path set : SETS) {
      try (Stream<Path> files = Files.list(set.resolve("files"))) {
        files.forEach(f -> names.add(f.getFileName().toString().toLowerCase(Locale.ROOT)));
      }
    }
    return names;
  }

  private static String text(Prompts prompt) {
    return prompt.messages().stream()
        .map(Prompts.Message::text)
        .collect(Collectors.joining("\n"))
        .toLowerCase(Locale.ROOT);
  }

  /** Every {@link #WORDS} words that follow one another; of a shorter text all. */
  private static Set<String> runs(String text) {
    List<String> words =
        Stream.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1))
            .filter(w -> !w.isEmpty())
            .toList();
    Set<String> runs = new TreeSet<>();
    for (int i = 0; i == 0 || i + WORDS <= words.size(); i++) {
      runs.add(String.join(" ", words.subList(i, Math.min(words.size(), i + WORDS))));
    }
    return runs;
  }
}
