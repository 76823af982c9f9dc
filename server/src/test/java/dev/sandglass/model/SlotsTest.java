package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotsTest {

  @Test
  void columnsAreThoseThatTheQuestionNames() {
    assertThat(of("What is the total weight for each carrier and sending date?", TestCards.PARCELS))
        .containsEntry("group", "carrier")
        .containsEntry("x", "weight")
        .containsEntry("date", "sent")
        .containsEntry("agg", "sum")
        .containsEntry("df", "df")
        .doesNotContainKeys("state", "value", "on");
  }

  @Test
  void aValueThatTheQuestionNamesTellsItsColumn() {
    assertThat(of("What share of each carrier's parcels was lost?", TestCards.PARCELS))
        .containsEntry("state", "state")
        .containsEntry("value", "lost")
        .containsEntry("group", "carrier");
  }

  @Test
  void ofTwoColumnsThatFitNoneIsGuessed() {
    String card = "- 'from': text, 9 different\n- 'to': text, 9 different\n- 'a': integers 1 to 2";
    assertThat(of("Which has the most?", card)).doesNotContainKey("group").containsEntry("x", "a");
  }

  @Test
  void theOnlyColumnThatFitsIsMeantEvenIfItIsNotNamed() {
    assertThat(of("Who was highest?", TestCards.LEVELS))
        .containsEntry("group", "station")
        .containsEntry("date", "day")
        .containsEntry("x", "level");
  }

  @ParameterizedTest
  @CsvSource({
    "'How many have 30 or more?', 30, >=",
    "'How many are above 1,500?', 1500, >",
    "'How many have at least 2.5 m?', 2.5, >=",
    "'How many cost more than $20?', 20, >",
  })
  void aNumberToCompareWithIsFound(String question, String n, String op) {
    assertThat(of(question, TestCards.LEVELS)).containsEntry("n", n).containsEntry("op", op);
  }

  @Test
  void withoutANumberNothingIsCompared() {
    assertThat(of("How many are there?", TestCards.LEVELS)).doesNotContainKeys("n", "op");
  }

  @Test
  void anAverageIsAMean() {
    assertThat(of("the average level", TestCards.LEVELS)).containsEntry("agg", "mean");
    assertThat(of("the mean level", TestCards.LEVELS)).containsEntry("agg", "mean");
    assertThat(of("the meaning of weights", TestCards.PARCELS)).containsEntry("agg", "sum");
  }

  @Test
  void whatMakesNoSenseAddedUpIsAveraged() {
    assertThat(of("Which station has the highest level?", TestCards.LEVELS))
        .containsEntry("agg", "mean");
    assertThat(of("Which station has the highest total level?", TestCards.LEVELS))
        .containsEntry("agg", "sum");
  }

  @Test
  void aMarkOfMissingValuesIsKnown() {
    String card = "- 'level': integers -999 to 12 (-999 occurs 3 times: perhaps it means missing)";
    assertThat(of("levels?", card)).containsEntry("marked", "level").containsEntry("mark", "-999");
  }

  @Test
  void twoDatesAreComparedWhereItIsAboutLateness() {
    String card =
        "- 'due': dates 2024-01-01 to 2024-02-01\n- 'done': dates 2024-01-01 to 2024-02-01";
    assertThat(of("How many were done later than due?", card))
        .containsEntry("a", "done")
        .containsEntry("b", "due");
  }

  @Test
  void columnsThatDifferByANumberAreASeries() {
    String card =
        "- 'name': text, 9 different\n"
            + "- 'Q1': integers 1 to 2\n"
            + "- 'Q2': integers 1 to 2\n"
            + "- 'Q3': integers 1 to 2";
    assertThat(of("The sum of every quarter?", card))
        .containsEntry("columns", "\"Q1\", \"Q2\", \"Q3\"");
  }

  @Test
  void twoTablesAreJoinedByTheOnlyColumnThatBothHave() {
    assertThat(
            of(
                "Which gardener has the tallest plants, by height?",
                tables("plants", "beds"),
                TestCards.NURSERY))
        .containsEntry("on", "on=\"bed_id\"")
        .containsEntry("left", "plants")
        .containsEntry("right", "beds")
        .containsEntry("group", "gardener")
        .containsEntry("x", "height_cm")
        .containsEntry("df", "m");
  }

  @Test
  void orByTwoColumnsWithTheSameValues() {
    assertThat(
            Slots.of(
                "What is the amount of each manager?",
                TestCards.SALES_AND_AREAS,
                tables("sales", "areas")))
        .containsEntry("on", "left_on=\"area_code\", right_on=\"code\"")
        .containsEntry("left", "sales")
        .containsEntry("right", "areas");
  }

  @Test
  void twoWaysToJoinAreNone() {
    String card =
        """
        Sheet 'A': 9 rows, 3 columns
        - 'x_id': integers 1 to 4
        - 'y_id': integers 1 to 4
        - 'n': integers 1 to 4
        Sheet 'B': 9 rows, 3 columns
        - 'x_id': integers 1 to 4
        - 'y_id': integers 1 to 4
        - 'who': text, 9 different\
        """;
    assertThat(of("n of each who?", tables("a", "b"), card)).doesNotContainKeys("on", "left");
  }

  @Test
  void ofThreeTablesThoseAreJoinedThatHaveTheGroupAndTheNumber() {
    assertThat(
            of(
                "Which town has the highest amount?",
                tables("sales", "weather", "shops"),
                TestCards.SHOPS))
        .containsEntry("left", "sales")
        .containsEntry("right", "shops")
        .containsEntry("on", "on=\"shop_id\"");
  }

  @Test
  void whatStandsInOneOfSeveralTablesNeedsNoJoin() {
    String card = TestCards.SHOPS + "\n- 'owner': text, 9 different";
    assertThat(of("What is the total amount?", tables("sales", "weather", "shops"), card))
        .containsEntry("df", "sales")
        .doesNotContainKey("on");
  }

  @Test
  void aPluralOrAnEndingIsTheSameWord() {
    assertThat(of("The levels of all stations?", TestCards.LEVELS))
        .containsEntry("group", "station")
        .containsEntry("x", "level");
  }

  @Test
  void withoutCardsOnlyWhatAQuestionSaysIsKnown() {
    assertThat(Slots.of("How many are above 5?", List.of(), List.of()))
        .containsEntry("n", "5")
        .doesNotContainKeys("x", "group", "df");
  }

  private static Map<String, String> of(String question, String card) {
    return of(question, tables("df"), card);
  }

  private static Map<String, String> of(String question, List<String> tables, String card) {
    return Slots.of(question, List.of(card), tables);
  }

  private static List<String> tables(String... names) {
    return List.of(names);
  }
}
