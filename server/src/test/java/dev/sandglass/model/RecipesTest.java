package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipesTest {

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
  void aLineIsDrawnForEachGroupOverTheMonthsThatAreText() {
    String card =
        """
        stations.json: JSON, an object with 1 key: 'stations'
        Read it with: df = pd.DataFrame(data['stations'])
        - 'station': text, 3 different: 'Bridge', 'Lock', 'Weir'
        - 'month': dates 2025-01-01 to 2025-12-01, written like '2025-01' (%Y-%m)
        - 'temperature_c': numbers -2.0 to 21.6\
        """;
    assertThat(of("Plot the temperature of all stations over the months.", card).getFirst())
        .contains("index=\"month\", columns=\"station\", values=\"temperature_c\"")
        .contains("aggfunc=\"mean\"", "plt.show()");
  }

  @Test
  void aQuestionForTheMostAndTheMonthsDrawsTheMonths() {
    assertThat(
            of(
                "Which carrier brought the most weight, and how did it develop by month? Plot it.",
                TestCards.PARCELS))
        .noneMatch(line -> line.contains("pivot_table"))
        .anyMatch(line -> line.contains("strftime(\"%Y-%m\")") && line.contains("s.plot("));
  }

  @Test
  void hoursThatAreCountedAreNoHoursOfTheDay() {
    String card =
        "a.csv: CSV\nRead it with: df = pd.read_csv('/mnt/data/a.csv', parse_dates=['began'])\n"
            + "- 'course': text, 9 different\n- 'hours': integers 1 to 9\n- 'began': dates 2024-01-01"
            + " to 2024-03-01";
    assertThat(of("How many hours of training were there for each course?", card))
        .noneMatch(line -> line.contains(".dt.hour"))
        .anyMatch(line -> line.contains("df.groupby(\"course\")[\"hours\"].sum()"));
    assertThat(of("At which hour of the day do most courses begin?", card))
        .anyMatch(line -> line.contains(".dt.hour"));
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
  void ofATotalAndAMeanTheTotalIsTaken() {
    assertThat(
            of(
                "Which carrier has the highest total weight, and the mean of all?",
                TestCards.PARCELS))
        .anySatisfy(l -> assertThat(l).contains("df.groupby(\"carrier\")[\"weight\"].sum()"));
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
        .anySatisfy(l -> assertThat(l).contains("the numbers of the text above"));
    assertThat(
            Recipes.of("What was paid?", List.of("a.txt: text\nIt begins: 'Paid 12'"), read)
                .lines())
        .noneMatch(l -> l.contains("the numbers of the text above"));
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

  @Test
  void theQuestionsEndCountsAfterAPastedText() {
    assertThat(of("bla ".repeat(20_000) + "Which station has the highest level?", TestCards.LEVELS))
        .anySatisfy(line -> assertThat(line).contains("groupby(\"station\")[\"level\"]"));
    assertThat(of("Which station has the highest level?" + " bla".repeat(20_000), TestCards.LEVELS))
        .anySatisfy(line -> assertThat(line).contains("groupby(\"station\")[\"level\"]"));
  }

  private static List<String> of(String question, String card) {
    return of(question, List.of(card));
  }

  private static List<String> of(String question, List<String> cards) {
    return Recipes.of(question, cards, ReadingLines.of(cards)).lines();
  }
}
