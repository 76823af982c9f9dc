package dev.sandglass.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipesTest {

  /** A recipe of the file: what is read, words, code. */
  private static final Pattern RECIPE =
      Pattern.compile("(table|tables|text|short|image|array|none) \\| (\\S.*?) \\| (\\S.*)");

  private static final Pattern GAP = Pattern.compile("\\{(\\w+)}");

  /** What stands in gaps that are no plain name. */
  private static final Map<String, String> FILLED =
      Map.of(
          "op",
          ">=",
          "n",
          "5",
          "mark",
          "-999",
          "agg",
          "sum",
          "total",
          "print(1); ",
          "on",
          "on=\"k\"",
          "columns",
          "\"q1\", \"q2\"");

  static List<String> recipes() {
    return Prompts.load("recipes.v1.txt").system().lines().filter(l -> !l.isBlank()).toList();
  }

  @Test
  void thePercentWithinGroupsHasTheStatesColumnAndValue() {
    assertThat(of("How many percent of each carrier's parcels were lost?", TestCards.PARCELS))
        .anySatisfy(line ->
            assertThat(line)
                .contains("df[\"state\"].eq(\"lost\").groupby(df[\"carrier\"]).mean() * 100"));
  }

  @Test
  void theChangeFromFirstToLastIsTakenInOrderOfTime() {
    assertThat(
            of(
                "By how much percent did each station's level change from first to last?",
                TestCards.LEVELS))
        .anySatisfy(line ->
            assertThat(line)
                .contains("df.sort_values(\"day\").groupby(\"station\")[\"level\"]")
                .contains("s.last() / s.first() - 1"));
    assertThat(of("Which station gained most since the first day?", TestCards.LEVELS))
        .anySatisfy(line -> assertThat(line).contains("s.last() - s.first()"));
  }

  @Test
  void twoTablesAreJoinedByTheirCommonColumnFirst() {
    List<String> lines = of("Which gardener has the highest average height?", TestCards.NURSERY);
    assertThat(lines.getFirst()).startsWith("m = plants.merge(beds, on=\"bed_id\")");
    assertThat(lines)
        .anySatisfy(
            line -> assertThat(line).contains("m.groupby(\"gardener\")[\"height_cm\"].mean()"));
  }

  @Test
  void twoTablesAreJoinedByEqualValues() {
    assertThat(of("Which manager has the highest amount?", TestCards.SALES_AND_AREAS).getFirst())
        .startsWith("m = sales.merge(areas, left_on=\"area_code\", right_on=\"code\")");
  }

  @Test
  void ofThreeSheetsThoseAreJoinedThatHaveGroupAndNumber() {
    List<String> lines = of("Which town has the highest total amount?", TestCards.SHOPS);
    assertThat(lines.getFirst()).startsWith("m = sales.merge(shops, on=\"shop_id\")");
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).contains("m.groupby(\"town\")[\"amount\"].sum()"));
  }

  @Test
  void ofSeveralTablesTheOneThatIsMeantIsWorkedOn() {
    String card = TestCards.SHOPS + "\n- 'owner': text, 9 different";
    assertThat(of("How much rain fell in each month?", card))
        .anySatisfy(line -> assertThat(line).contains("weather.groupby(weather[\"day\"]"));
  }

  @Test
  void rowsAreCountedWhereNoNumberIsAskedFor() {
    assertThat(of("How many visits were there at each gate?", TestCards.VISITS))
        .anySatisfy(line -> assertThat(line).contains("df.groupby(\"gate\").size()"));
    assertThat(of("What is the total weight of each carrier?", TestCards.PARCELS))
        .noneMatch(line -> line.contains("size()"))
        .anySatisfy(line -> assertThat(line).contains("[\"weight\"].sum()"));
  }

  @Test
  void oneChartIsDrawnWhereOneIsAskedForAndItsAxisHasAName() {
    List<String> lines =
        of("Which gate had the most visits, and how many each month? Plot it.", TestCards.VISITS);
    assertThat(lines).filteredOn(line -> line.contains(".plot(")).hasSize(1);
    assertThat(of("Draw the total weight of each carrier.", TestCards.PARCELS))
        .anySatisfy(line -> assertThat(line).contains("ylabel=\"weight\""));
  }

  @Test
  void whatIsSavedIsWhatTheLinesBeforeHaveMade() {
    String save = " Save it as a CSV file.";
    assertThat(of("What is the total weight of each carrier?" + save, TestCards.PARCELS).getLast())
        .startsWith("s.reset_index().to_csv(");
    assertThat(
            of("Which gardener has the highest average height?" + save, TestCards.NURSERY)
                .getLast())
        .startsWith("s.reset_index().to_csv(");
    assertThat(of("Write the table to a csv file", TestCards.PARCELS).getLast())
        .startsWith("df.to_csv(");
  }

  /** A yes/no column, a date and numbers of which one only counts the rows. */
  private static final String RIDES =
      """
      rides.csv: CSV, separator ',', 700 rows, 4 columns
      Read it with: df = pd.read_csv('/mnt/data/rides.csv', parse_dates=['begun'])
      Columns:
      - 'ride': integers 1 to 700
      - 'begun': dates 2025-04-01 to 2025-05-31, like '2025-04-01'
      - 'minutes': numbers 2.4 to 80.7
      - 'guest': yes/no text: 'yes' (426), 'no' (274)\
      """;

  @Test
  void aColumnThatNumbersTheRowsIsCountedAndNotAddedUp() {
    assertThat(of("On which weekday were there the most rides?", RIDES))
        .anySatisfy(l -> assertThat(l).contains(".dt.day_name()").contains(".size()"))
        .noneMatch(l -> l.contains("[\"ride\"]"));
  }

  @Test
  void theMedianIsTakenForEachAnswerOfAYesOrNo() {
    assertThat(of("What is the median of the minutes for each kind of guest?", RIDES))
        .anySatisfy(l -> assertThat(l).contains("df.groupby(\"guest\")[\"minutes\"].median()"));
  }

  @Test
  void aTableThatHasAllThatIsAskedForIsNotJoined() {
    String card =
        """
        inns.json: JSON, an object with 1 key: 'inns'
        Read it with: inns = pd.DataFrame(data['inns']); rooms = pd.json_normalize(data['inns']); stays = pd.json_normalize([data])
        inns: 3 objects, with the columns
        - 'inn': text, 3 different: 'A', 'B', 'C'
        rooms: a row for each of the 36 objects in 'rooms', with the columns
        - 'price': integers 71 to 189
        - 'inn': text, 3 different: 'A', 'B', 'C'
        stays: a row for each of the 90 objects in 'stays', with the columns
        - 'nights': integers 1 to 9
        - 'price': integers 71 to 189
        - 'inn': text, 3 different: 'A', 'B', 'C'\
        """;
    assertThat(of("Each stay brings its nights times the price. Which inn brought most?", card))
        .anySatisfy(l ->
            assertThat(l)
                .startsWith("stays[\"amount\"] = stays[\"nights\"] * stays[\"price\"]")
                .contains("stays.groupby(\"inn\")"))
        .noneMatch(l -> l.contains("merge"));
  }

  @Test
  void mathematicsIsShownOnlyWithoutFiles() {
    String question = "What is the maximum of the minutes?";
    assertThat(of(question, RIDES)).noneMatch(l -> l.contains("sympy"));
    assertThat(of("What is the local maximum of x^3 - x?", List.of()))
        .anySatisfy(l -> assertThat(l).contains("sympy.diff"));
  }

  @Test
  void theNumbersOfATextThatIsShownInWholeAreWrittenIntoTheCode() {
    String read = "text = open('/mnt/data/a.txt').read()";
    String card = "a.txt: text, 3 lines\nIts whole text: 'Paid 12 and 30.'";
    assertThat(Recipes.of("What was paid together?", List.of(card), read).lines())
        .anySatisfy(l -> assertThat(l).contains("do not search the text"));
    assertThat(
            Recipes.of("What was paid?", List.of("a.txt: text\nIt begins: 'Paid 12'"), read)
                .lines())
        .noneMatch(l -> l.contains("do not search the text"));
  }

  @Test
  void manyIsNotAWordForMen() {
    String card =
        """
        a.csv: CSV, separator ',', 9 rows, 2 columns
        Read it with: df = pd.read_csv('/mnt/data/a.csv')
        - 'sex': text, 2 different: 'female', 'male'
        - 'age': integers 1 to 90\
        """;
    assertThat(of("How many years does each have?", card)).noneMatch(l -> l.contains("male"));
    assertThat(of("How many men are there?", card))
        .anySatisfy(l -> assertThat(l).contains("== \"male\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hello, who are you?", "Thank you!", "", "?", "Erzähl mir davon."})
  void anUnrelatedQuestionHasNoRecipe(String question) {
    assertThat(of(question, TestCards.LEVELS)).isEmpty();
    assertThat(of(question, List.of())).isEmpty();
  }

  @Test
  void withoutAFileOnlyRecipesThatNeedNoneAreShown() {
    assertThat(of("What is the average of each group?", List.of())).isEmpty();
    assertThat(of("How likely are three sixes with ten dice?", List.of()))
        .singleElement()
        .asString()
        .contains("stats.binom");
  }

  @Test
  void whatIsNotKnownKeepsTheGapsName() {
    String card =
        """
        a.csv: CSV, separator ',', 9 rows, 4 columns
        Read it with: df = pd.read_csv('/mnt/data/a.csv')
        - 'p': text, 9 different
        - 'q': text, 9 different
        - 'r': integers 1 to 2
        - 's': integers 1 to 2
        - 't': integers 1 to 2\
        """;
    assertThat(of("Are they correlated?", card))
        .singleElement()
        .asString()
        .contains("df[\"a\"].corr(df[\"b\"])");
  }

  @Test
  void aRecipeThatIsShownOnlyWholeIsLeftOutWithAGap() {
    assertThat(of("How many percent were lost?", TestCards.LEVELS))
        .noneMatch(line -> line.contains(".eq("));
    assertThat(of("Which were lost?", TestCards.LEVELS)).noneMatch(line -> line.contains("value"));
  }

  @Test
  void theyAreFewAndInTheirOrder() {
    String all =
        "percent change correlation outliers distinct month daily hour highest each boxplot";
    assertThat(of(all, TestCards.PARCELS)).hasSizeBetween(1, 3);
  }

  @Test
  void aTextAndAnImageHaveTheirOwn() {
    assertThat(
            Recipes.of(
                    "How bright is it in grey?",
                    List.of("a.png: PNG image"),
                    "from PIL import Image\nimage = Image.open('/mnt/data/a.png')")
                .lines())
        .anySatisfy(line -> assertThat(line).contains("image.convert(\"L\")"));
    assertThat(of("How bright is it in grey?", TestCards.LEVELS))
        .noneMatch(line -> line.contains("image"));
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

  private static final List<String> BITS =
      List.of(
          "percent",
          "how many ",
          "more than ",
          "at least 5",
          "from",
          "first",
          " last",
          "change",
          "each ",
          "per 100 ",
          "1,000",
          "9",
          ".",
          ",",
          "-999",
          "leave ",
          " out",
          "(",
          "[",
          "{x}",
          "\\",
          "$1",
          "\\E",
          "\\Q",
          "\"",
          "'",
          "\n",
          "\0",
          "é",
          "😀",
          "\ud800",
          "'a': text, 2 different: ",
          "- 'a b': integers 1 to 2\n",
          "- 'day': dates 1 to 2\n",
          "- '$1{x}': text, 2 different: 'p', '\\E'\n",
          "Sheet 'S': 3 rows\n",
          "Table 'T': 3 rows\n",
          "items: 3 objects\n",
          "exceed",
          "task done ",
          "Read it with: df = pd.read_csv('/mnt/data/a.csv')\n",
          "Read it with: x = pd.read_csv('…')\n",
          "- '",
          "': numbers 1 to 2\n",
          "month",
          "highest",
          "text = ",
          "Image.open",
          "colour",
          "36 fish ");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void hostileQuestionsAndCardsDoNoHarm(long seed) {
    Random random = new Random(seed);
    assertCost(
        60,
        () -> {
          for (int i = 0; i < 20; i++) {
            String question = bits(random, random.nextInt(60));
            List<String> cards =
                Stream.generate(() -> bits(random, random.nextInt(80)))
                    .limit(random.nextInt(5))
                    .toList();
            List<String> lines = of(question, cards);
            assertThat(lines).hasSizeLessThanOrEqualTo(4).allMatch(line -> line.length() < 5000);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "percent ",
        "how many ",
        "1",
        "1,",
        "9 or ",
        "first percent change ",
        "more than ",
        "at least 5 ",
        "leave out ",
        "leavx ",
        "a",
        "each ",
        "per ",
        "write ",
        "exceedexceed",
        "\n",
        "rate cost each ",
        "%"
      })
  void aVeryLongQuestionTakesNoLongTime(String bit) {
    String question = bit.repeat(100_000 / bit.length());
    assertCost(
        10,
        () -> {
          of(question, TestCards.PARCELS);
          of(question + " of what?", TestCards.SHOPS);
        });
  }

  @Test
  void manyColumnsTakeNoLongTime() {
    StringBuilder card = new StringBuilder("Read it with: df = pd.read_csv('/mnt/data/a.csv')\n");
    for (int i = 0; i < 400; i++) {
      card.append("- 'value of column ").append(i).append("': integers 1 to 2\n");
      card.append("- 'kind ")
          .append(i)
          .append("': text, 2 different: 'a")
          .append(i)
          .append("', 'bcd'\n");
    }
    assertCost(10, () -> of("Which kind has the highest value each?", card.toString()));
  }

  @Test
  void theQuestionsEndCountsAfterAPastedText() {
    assertThat(of("bla ".repeat(20_000) + "Which station has the highest level?", TestCards.LEVELS))
        .anySatisfy(line -> assertThat(line).contains("groupby(\"station\")[\"level\"]"));
    assertThat(of("Which station has the highest level?" + " bla".repeat(20_000), TestCards.LEVELS))
        .anySatisfy(line -> assertThat(line).contains("groupby(\"station\")[\"level\"]"));
  }

  /** Seconds of the processor, not of the clock: the machine may be busy with others. */
  private static void assertCost(int seconds, Runnable action) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    action.run();
    assertThat(threads.getCurrentThreadCpuTime() - before).isLessThan(seconds * 1_000_000_000L);
  }

  private static String bits(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(BITS.get(random.nextInt(BITS.size())).repeat(1 + random.nextInt(3)));
    }
    return text.toString();
  }

  private static List<String> of(String question, String card) {
    return of(question, List.of(card));
  }

  private static List<String> of(String question, List<String> cards) {
    return Recipes.of(question, cards, ReadingLines.of(cards)).lines();
  }
}
