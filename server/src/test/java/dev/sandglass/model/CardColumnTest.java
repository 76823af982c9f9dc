package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class CardColumnTest {

  @Test
  void aCardsColumnsHaveNameKindAndTable() {
    List<CardColumn> columns =
        of(
            List.of("df"),
            """
            a.csv: CSV, separator ',', 9 rows, 4 columns
            Read it with: df = pd.read_csv('/mnt/data/a.csv')
            Columns:
            - 'town': text, 9 different, like 'Oslo', 'Rome'
            - 'day': dates 2024-01-01 to 2024-01-09, like '2024-01-01'
            - 'n': integers 1 to 9
            - 'height_m': numbers 0.5 to 2.25, 3 missing\
            """);
    assertThat(columns)
        .extracting(CardColumn::name, CardColumn::kind, CardColumn::table)
        .containsExactly(
            tuple("town", "text", "df"),
            tuple("day", "dates", "df"),
            tuple("n", "integers", "df"),
            tuple("height_m", "numbers", "df"));
    assertThat(columns.get(0).isText()).isTrue();
    assertThat(columns.get(1).isDate()).isTrue();
    assertThat(columns.get(2).isNumber()).isTrue();
    assertThat(columns.get(3).isNumber()).isTrue();
  }

  @Test
  void valuesAreThoseOfAColumnThatShowsAll() {
    List<CardColumn> columns =
        of(
            List.of("df"),
            "- 'state': text, 2 different: 'lost', 'sent', 3 missing\n"
                + "- 'town': text, 90 different, like 'Oslo', 'Rome'\n"
                + "- 'note': text, all different, like 'x'");
    assertThat(columns)
        .extracting(CardColumn::values)
        .containsExactly(List.of("lost", "sent"), List.of(), List.of());
  }

  @Test
  void aNumberThatMayMeanMissingIsTheMark() {
    List<CardColumn> columns =
        of(
            List.of("df"),
            "- 'level': integers -999 to 12 (-999 occurs 3 times: perhaps it means missing)\n"
                + "- 'n': integers -999 to 12");
    assertThat(columns).extracting(CardColumn::mark).containsExactly("-999", null);
  }

  @Test
  void anIdIsNoNumberToReckonWith() {
    List<CardColumn> columns =
        of(
            List.of("df"),
            "- 'id': integers 1 to 9\n- 'shop_id': integers 1 to 9\n- 'paid': integers 1 to 9");
    assertThat(columns).extracting(CardColumn::isNumber).containsExactly(false, false, true);
  }

  @Test
  void sheetsTablesAndListsAreTheTablesInTheirOrder() {
    List<CardColumn> columns =
        of(
            List.of("plants", "beds", "orders", "sales", "items"),
            """
            a.xlsx: Excel workbook, 2 sheets: 'Plants', 'Beds'
            Sheet 'Plants': 12 rows, 1 column
            - 'p': integers 1 to 4
            Sheet 'Beds': 4 rows, 1 column
            - 'b': integers 1 to 4\
            """,
            """
            d.db: SQLite database, 1 table: 'orders'
            Table 'orders': 12 rows; 'a' refers to 'b'
            - 'o': integers 1 to 4\
            """,
            """
            e.json: JSON, a list of 2 objects
            sales: 2 objects, with the columns
            - 's': integers 1 to 4
            items: a row for each of the 4 objects in 'items', with the columns
            - 'i': integers 1 to 4\
            """);
    assertThat(columns)
        .extracting(CardColumn::table)
        .containsExactly("plants", "beds", "orders", "sales", "items");
  }

  @Test
  void severalFilesWithATableEachAreThoseTables() {
    assertThat(
            of(
                List.of("a", "b"),
                "a.csv\n- 'x': integers 1 to 2",
                "b.csv\n- 'y': text, 2 different"))
        .extracting(CardColumn::table)
        .containsExactly("a", "b");
  }

  @Test
  void whereTheTablesAreNotKnownTheColumnsAre() {
    assertThat(of(List.of(), "- 'x': integers 1 to 2"))
        .containsExactly(new CardColumn("x", "integers", List.of(), null, null));
  }

  @Test
  void otherLinesAreNoColumns() {
    assertThat(
            of(
                List.of("df"),
                "b.txt: text, 2 lines\n"
                    + "| - 'x': integers 1 to 2\n"
                    + "- x: integers\n"
                    + "- 'y': empty\n"
                    + "- '': text\n"
                    + "- 'in/b.csv', 532 bytes, columns 'id'"))
        .isEmpty();
  }

  @Test
  void whatWouldEndAStringIsNoColumnOrValueForCode() {
    assertThat(
            of(List.of("df"), "- 'a\"b': integers 1 to 2\n- 'c': text, 2 different: 'x\"y', 'z'"))
        .extracting(CardColumn::name, CardColumn::values)
        .containsExactly(tuple("c", List.of("z")));
  }

  private static List<CardColumn> of(List<String> tables, String... cards) {
    return CardColumn.of(List.of(cards), tables);
  }
}
