package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tables whose columns refer to each other by their names. */
class TableSlotsTest {

  private static final String GARAGE =
      """
      garage.sqlite: SQLite database, 3 tables
      Read it with: con = sqlite3.connect('/mnt/data/garage.sqlite'); drivers = pd.read_sql('SELECT * FROM drivers', con); vans = pd.read_sql('SELECT * FROM vans', con); trips = pd.read_sql('SELECT * FROM trips', con, parse_dates=['began'])
      Table 'drivers': 12 rows
      - 'id': integers 1 to 12
      - 'name': text, 12 different
      - 'licensed': dates 2001-01-01 to 2020-01-01
      Table 'vans': 5 rows
      - 'id': integers 1 to 5
      - 'name': text, 5 different
      - 'colour': text, 3 different: 'blue', 'red', 'white'
      Table 'trips': 300 rows
      - 'id': integers 1 to 300
      - 'driver_id': integers 1 to 12
      - 'van_id': integers 1 to 5
      - 'litres': numbers 1.0 to 60.0
      - 'began': dates 2024-01-01 to 2024-12-31\
      """;

  @Test
  void whoIsAskedForByATablesNameIsCalledByTheirName() {
    assertThat(of("Which driver made the most trips?"))
        .contains(
            "m = trips.merge(drivers, left_on=\"driver_id\", right_on=\"id\", suffixes=(\"\", \"_drivers\"))  # the columns of both")
        .anyMatch(line -> line.contains("m.groupby(\"name\").size()"));
  }

  @Test
  void theRowsThatReferToAGroupAreCounted() {
    assertThat(of("Which colour is driven most often?"))
        .anyMatch(line -> line.startsWith("m = trips.merge(vans, left_on=\"van_id\""))
        .anyMatch(line -> line.contains("m.groupby(\"colour\").size()"));
  }

  @Test
  void anAmountIsAddedUpForAGroupOfAnotherTable() {
    assertThat(of("How many litres did the vans of each colour use in total?"))
        .anyMatch(line -> line.startsWith("m = trips.merge(vans, "))
        .anyMatch(line -> line.contains("m.groupby(\"colour\")[\"litres\"].sum()"));
  }

  @Test
  void theThingsOfOneTableAreCountedInIt() {
    assertThat(of("How many vans are there of each colour?"))
        .noneMatch(line -> line.contains("merge"))
        .anyMatch(line -> line.contains("vans.groupby(\"colour\").size()"));
  }

  @Test
  void aColumnOfAnotherTableIsNotTakenForTheirOwn() {
    assertThat(of("How many vans of each colour are there in each month?"))
        .noneMatch(line -> line.contains("vans[\"licensed\"]") || line.contains("vans[\"began\"]"));
  }

  @Test
  void aNameThatTwoTablesHaveIsTold() {
    TableLinks links =
        new TableLinks(
            CardColumn.of(List.of(GARAGE), List.of("drivers", "vans", "trips")),
            List.of("drivers", "vans", "trips"));
    TableLinks.Joined joined =
        Objects.requireNonNull(links.join(List.of("drivers", "vans")), "joined");
    assertThat(joined.from()).isEqualTo("trips");
    assertThat(links.nameIn(joined, "drivers", "name")).isEqualTo("name");
    assertThat(links.nameIn(joined, "vans", "name")).isEqualTo("name_vans");
    assertThat(links.nameIn(joined, "vans", "id")).isEqualTo("id_vans");
  }

  @Test
  void tablesThatNothingLinksAreNotJoined() {
    TableLinks links =
        new TableLinks(
            CardColumn.of(List.of(GARAGE), List.of("a", "b", "c")), List.of("a", "b", "c"));
    assertThat(links.join(List.of("a", "b"))).isNull();
    assertThat(links.referrer("a")).isNull();
  }

  private static List<String> of(String question) {
    return Recipes.of(question, List.of(GARAGE), ReadingLines.of(List.of(GARAGE))).lines();
  }
}
