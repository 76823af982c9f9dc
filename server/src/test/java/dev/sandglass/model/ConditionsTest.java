package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {

  private static final List<CardColumn> COLUMNS =
      List.of(
          column("rooms", "integers"),
          column("price", "integers"),
          column("age_years", "numbers"),
          column("sold", "dates"),
          column("town", "text"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          How many have more than 4 rooms?                      | df["rooms"] > 4
          How many have more than 4 rooms and cost less than 400,000? | df["rooms"] > 4; df["price"] < 400000
          Which cost at least $250,000?                         | df["price"] >= 250000
          How many have a price below 90000 or at most 2 rooms? | df["price"] < 90000; df["rooms"] <= 2
          How many are 30 years or older?                       | df["age_years"] >= 30
          How many are older than 30?                           | df["age_years"] > 30
          How many are not more than 7.5 years old?             | df["age_years"] <= 7.5
          How many have a price under zero?                     | df["price"] < 0
          How many were sold after 2019?                        | df["sold"].dt.year > 2019
          How many were sold in 2020 and have over 5 rooms?     | df["sold"].dt.year == 2020; df["rooms"] > 5
          How many were sold in 2021 or later?                  | df["sold"].dt.year >= 2021
          """)
  void aComparisonFindsItsColumn(String question, String code) {
    assertThat(told(question)).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          How many rooms are there?
          How many have more than 4?
          Are there more rooms in 2019 than in 2020?
          What is the mean price of each town?
          """)
  void whatIsInDoubtIsNoCondition(String question) {
    assertThat(told(question)).isEmpty();
  }

  @Test
  void aYearIsNoNumberWhereThereIsNoDate() {
    assertThat(Conditions.of("How many in 2020?", List.of(column("rooms", "integers")))).isEmpty();
  }

  @Test
  void conditionsHoldTogetherAndWithAValue() {
    assertThat(
            Slots.of(
                "How many lost parcels weigh over 5?", List.of(TestCards.PARCELS), List.of("df")))
        .containsEntry("where", "(df[\"weight\"] > 5) & (df[\"state\"] == \"lost\")");
  }

  private static String told(String question) {
    return Conditions.of(question, COLUMNS).stream()
        .map(Conditions.Condition::code)
        .collect(Collectors.joining("; "));
  }

  private static CardColumn column(String name, String kind) {
    return new CardColumn(name, kind, List.of(), "df", null);
  }
}
