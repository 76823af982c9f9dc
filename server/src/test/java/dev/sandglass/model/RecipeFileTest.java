package dev.sandglass.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The form of the file of recipes, and of what is made of it. */
class RecipeFileTest {

  /** A recipe of the file: what is read, words, code. */
  private static final Pattern RECIPE =
      Pattern.compile("(table|tables|text|short|image|array|none) \\| (\\S.*?) \\| (\\S.*)");

  private static final Pattern GAP = Pattern.compile("\\{(\\w+)}");

  /** What stands in gaps that are no plain name. */
  private static final Map<String, String> FILLED =
      Map.ofEntries(
          Map.entry("op", ">="),
          Map.entry("n", "5"),
          Map.entry("mark", "-999"),
          Map.entry("agg", "sum"),
          Map.entry("total", "print(1); "),
          Map.entry("change", ""),
          Map.entry("top", ".nlargest(5)"),
          Map.entry("size", "(100, 80)"),
          Map.entry("box", "(0, 0, 50, 80)"),
          Map.entry("on", "on=\"k\""),
          Map.entry("columns", "\"q1\", \"q2\""));

  static List<String> recipes() {
    return Prompts.load("recipes.v1.txt").system().lines().filter(l -> !l.isBlank()).toList();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyRecipeIsWrittenAsTheFileSays(String recipe) {
    Matcher parts = RECIPE.matcher(recipe);
    assertThat(parts.matches()).isTrue();
    Pattern.compile(parts.group(2).replaceFirst("^[!~=+]", ""));
  }

  @Test
  void everyGapIsOneThatTheFileNames() throws IOException {
    String text =
        Files.readString(Path.of("src/main/resources/dev/sandglass/model/prompts/recipes.v1.txt"));
    String told = text.substring(0, text.indexOf("=== "));
    for (String recipe : recipes()) {
      Matcher parts = RECIPE.matcher(recipe);
      assertThat(parts.matches()).isTrue();
      GAP.matcher(parts.group(3)).results().forEach(gap -> assertThat(told).contains(gap.group()));
    }
  }

  @Test
  void everyRecipeIsPython(@TempDir Path directory) throws Exception {
    List<String> codes = new ArrayList<>();
    for (String recipe : recipes()) {
      Matcher parts = RECIPE.matcher(recipe);
      assertThat(parts.matches()).isTrue();
      codes.add(
          GAP.matcher(parts.group(3))
              .replaceAll(gap ->
                  Matcher.quoteReplacement(FILLED.getOrDefault(gap.group(1), gap.group(1)))));
    }
    codes.addAll(shown());
    assertThat(codes).hasSizeGreaterThan(30);
    assertThat(notPython(codes, directory)).isEmpty();
  }

  /** What is shown for the cards of these tests, with their columns in the gaps. */
  private static List<String> shown() {
    String odd =
        """
        a.csv: CSV, separator ',', 9 rows, 4 columns
        Read it with: df = pd.read_csv('/mnt/data/a.csv')
        - 'a"b': text, 2 different: 'x"y', 'z\\'
        - 'c\\\\d': text, 2 different: 'one', 'two'
        - 'n "': integers 1 to 2
        - 'm{x}': numbers 1.0 to 2.5
        - '$1\\\\': dates 2024-01-01 to 2024-01-02\
        """;
    List<String> questions =
        List.of(
            "What percent of each carrier's parcels were lost?",
            "Which has the highest total in each month, and which day?",
            "How many percent changed from first to last? Which gained most?",
            "Are they correlated? Any outliers? Draw a boxplot.",
            "How many of one, two or z are above 5?");
    return Stream.of(TestCards.PARCELS, TestCards.LEVELS, TestCards.NURSERY, TestCards.SHOPS, odd)
        .flatMap(card -> questions.stream().flatMap(question -> of(question, card).stream()))
        .toList();
  }

  private static String notPython(List<String> codes, Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("codes.txt"), String.join("\n", codes));
    String check =
        """
        import ast, sys
        for line in open(sys.argv[1], encoding="utf-8"):
            try:
                ast.parse(line.strip())
            except SyntaxError as problem:
                print(problem, line)
        """;
    Process python =
        new ProcessBuilder("python3", "-c", check, file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(python.getInputStream().readAllBytes(), UTF_8);
    assertThat(python.waitFor()).as(said).isZero();
    return said;
  }

  private static List<String> of(String question, String card) {
    return of(question, List.of(card));
  }

  private static List<String> of(String question, List<String> cards) {
    return Recipes.of(question, cards, ReadingLines.of(cards)).lines();
  }
}
