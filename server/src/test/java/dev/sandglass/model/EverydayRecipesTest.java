package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people ask first, in words of their own. */
class EverydayRecipesTest {

  /** Money stands in no column: it is a count times a price. */
  private static final String KIOSK =
      """
      kiosk.csv: CSV, separator ',', 300 rows, 5 columns
      Read it with: df = pd.read_csv('/mnt/data/kiosk.csv', parse_dates=['Day'])
      Columns:
      - 'Day': dates 2023-01-01 to 2024-12-31, like '2023-01-01'
      - 'Item Sold': text, 3 different: 'Candle', 'Soap', 'Towel'
      - 'Quantity': integers 1 to 9
      - 'Unit Price': numbers 1.5 to 12.0
      - 'Paid By': text, 2 different: 'card', 'coins'\
      """;

  private static final String HIKES =
      """
      hikes.csv: CSV, separator ',', 40 rows, 3 columns
      Read it with: df = pd.read_csv('/mnt/data/hikes.csv')
      Columns:
      - 'guide': text, 3 different: 'Ada', 'Ben', 'Cleo'
      - 'length_km': numbers 3.0 to 24.0
      - 'fee': numbers 5.0 to 40.0\
      """;

  private static final String LAEDEN =
      """
      laeden.csv: CSV, separator ';', 90 rows, 2 columns
      Read it with: df = pd.read_csv('/mnt/data/laeden.csv', sep=';', decimal=',')
      Columns:
      - 'Filiale': text, 3 different: 'Bern', 'Graz', 'Ulm'
      - 'Umsatz (EUR)': numbers 30.0 to 999.5\
      """;

  private static final String CLUB =
      """
      club.sqlite: SQLite database, 2 tables
      Table 'members': 20 rows
      Read it with: con = sqlite3.connect('/mnt/data/club.sqlite'); members = pd.read_sql('SELECT * FROM members', con)
      - 'id': integers 1 to 20
      - 'name': text, 20 different
      Table 'visits': 90 rows
      Read it with: con = sqlite3.connect('/mnt/data/club.sqlite'); visits = pd.read_sql('SELECT * FROM visits', con)
      - 'member_id': integers 1 to 17
      - 'minutes': numbers 10.0 to 95.0\
      """;

  private static final String PHOTO =
      """
      photo.png: PNG image, 400 x 300 pixels
      Read it with: image = Image.open('/mnt/data/photo.png')\
      """;

  private static final String LOG =
      """
      app.log: text, 900 lines
      Read it with: text = open('/mnt/data/app.log', encoding='utf-8').read()\
      """;

  @Test
  void moneyThatNoColumnHasIsCountTimesPrice() {
    List<String> lines = of("which item makes the most money? plot revenue per month", KIOSK);
    assertThat(lines.getFirst())
        .startsWith("df[\"amount\"] = df[\"Quantity\"] * df[\"Unit Price\"];");
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).contains("strftime(\"%Y-%m\"))[\"amount\"].sum()"))
        .anySatisfy(line -> assertThat(line).contains("groupby(\"Item Sold\")[\"amount\"].sum()"));
  }

  @Test
  void aChartOfGroupsByMonthHasALineForEach() {
    assertThat(of("Draw the quantity per month by item sold.", KIOSK))
        .singleElement()
        .satisfies(line ->
            assertThat(line)
                .contains("index=df[\"Day\"].dt.strftime(\"%Y-%m\"), columns=\"Item Sold\""));
  }

  private static final String FERRY =
      """
      ferry.csv: CSV, separator ',', 700 rows, 7 columns
      Read it with: df = pd.read_csv('/mnt/data/ferry.csv')
      Columns:
      - 'Name': text, 690 different, like 'Ada', 'Ben'
      - 'Rescued': integers 0 to 1 (2 different)
      - 'Deck': integers 1 to 3 (3 different)
      - 'Gender': text, 2 different: 'female', 'male'
      - 'Crew': yes/no, 2 different
      - 'Paid': numbers 3.5 to 90.0
      - 'Boarded': text, 3 different: 'Bergen', 'Hull', 'Oban'\
      """;

  private static final String PRICES =
      """
      prices.csv: CSV, separator ',', 250 rows, 4 columns
      Read it with: df = pd.read_csv('/mnt/data/prices.csv', parse_dates=['Date'])
      Columns:
      - 'Date': dates 2024-01-01 to 2024-12-31, like '2024-01-01'
      - 'High': numbers 98.0 to 165.0
      - 'Close': numbers 97.0 to 164.0
      - 'Volume': integers 100000 to 900000\
      """;

  private static final String HARVEST =
      """
      harvest.csv: CSV, separator ',', 6 rows, 4 columns
      Read it with: df = pd.read_csv('/mnt/data/harvest.csv')
      Columns:
      - 'Farm': text, 6 different: 'Ash', 'Birch', 'Elm', 'Fir', 'Oak', 'Yew'
      - '2021': numbers 5.0 to 90.0
      - '2022': numbers 5.0 to 90.0
      - '2023': numbers 5.0 to 90.0\
      """;

  private static final String STALL =
      """
      stall.sqlite: SQLite database, 3 tables
      Table 'buyers': 20 rows
      Read it with: con = sqlite3.connect('/mnt/data/stall.sqlite'); buyers = pd.read_sql('SELECT * FROM buyers', con)
      - 'id': integers 1 to 20
      - 'name': text, 20 different
      - 'since': dates 2019-01-01 to 2022-12-31
      Table 'purchases': 90 rows
      Read it with: con = sqlite3.connect('/mnt/data/stall.sqlite'); purchases = pd.read_sql('SELECT * FROM purchases', con)
      - 'id': integers 1 to 90
      - 'buyer_id': integers 1 to 17
      - 'bought_on': dates 2023-01-01 to 2023-12-31
      Table 'lines': 200 rows
      Read it with: con = sqlite3.connect('/mnt/data/stall.sqlite'); lines = pd.read_sql('SELECT * FROM lines', con)
      - 'purchase_id': integers 1 to 90
      - 'quantity': integers 1 to 9
      - 'price': numbers 1.5 to 20.0\
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          What percentage was rescued?                              | df["Rescued"].mean() * 100
          Were women rescued more often than men, in percent?       | groupby("Gender")["Rescued"].mean() * 100
          What is the mean sum paid on each deck?                   | groupby("Deck")["Paid"]
          At which place did most people board?                     | groupby("Boarded").size()
          Did the crew pay less than the passengers?                | groupby("Crew")["Paid"].agg
          Count the missing entries of every column                 | df.isna().sum()
          Is what men and women paid different? Do a t-test.        | groupby("Gender")["Paid"]]; t, p = stats.ttest_ind
          """)
  void whatHoldsForSomeIsAFlagOrAHalf(String question, String code) {
    assertThat(of(question, FERRY)).anySatisfy(line -> assertThat(line).contains(code));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          What was the highest closing value, and when was it?      | df.loc[df["Close"].idxmax()]
          In which month was the highest volume traded?             | strftime("%Y-%m"))["Volume"].sum()
          Draw Close and its 30-day moving average                  | rolling(30).mean()
          What return in percent did it make?                       | (s.iloc[-1] / s.iloc[0] - 1) * 100
          How volatile was it, from its daily returns?              | ["Close"].pct_change()
          """)
  void theHighestIsNoColumnCalledHigh(String question, String code) {
    assertThat(of(question, PRICES)).anySatisfy(line -> assertThat(line).contains(code));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          What did all farms bring in together in 2022?             | df.set_index("Farm")["2022"]
          Which farm grew most from 2021 to 2022?                   | w["2022"] / w["2021"] - 1
          By how much did Oak's harvest change, in percent?         | row["2023"] / row["2021"] - 1
          Plot every farm's harvest                                 | [["2021", "2022", "2023"]].T
          """)
  void aColumnForEachYearIsATimeline(String question, String code) {
    assertThat(of(question, HARVEST)).anySatisfy(line -> assertThat(line).contains(code));
  }

  private static final String REPAIRS =
      """
      repairs.json: JSON, a list of 40 objects
      Read it with: df = pd.DataFrame(json.load(open('/mnt/data/repairs.json', encoding='utf-8')))
      - 'garage': text, 3 different: 'Ash', 'Elm', 'Oak'
      - 'brought': dates 2025-03-04 to 2025-04-30
      - 'fetched': dates 2025-03-05 to 2025-05-04, 4 missing
      - 'parts': lists of 1 to 3 items, like "['belt', 'lamp']"
      - 'bill': numbers 10.0 to 900.0\
      """;

  private static final String VISITS =
      """
      visits.xlsx: Excel workbook, 2 sheets: 'Guests', 'Stays'
      Sheet 'Guests': 6 rows, 2 columns
      Read it with: df = pd.read_excel('/mnt/data/visits.xlsx', sheet_name='Guests')
      - 'GuestID': integers 101 to 106
      - 'Land': text, 3 different: 'CH', 'DE', 'FR'
      Sheet 'Stays': 30 rows, 2 columns
      Read it with: df = pd.read_excel('/mnt/data/visits.xlsx', sheet_name='Stays')
      - 'GuestID': integers 101 to 105
      - 'Amount EUR': numbers 42.44 to 893.93\
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          How many days does a repair take on average in each garage? | d.groupby(df["garage"]).mean()
          How long did it take on average?                            | average", d.mean()
          What does each of the parts cost, by its bill?              | explode("parts"); s = df.groupby("parts")["bill"]
          """)
  void spansAndListsAreUnderstood(String question, String code) {
    assertThat(of(question, REPAIRS)).anySatisfy(line -> assertThat(line).contains(code));
  }

  private static final String CANTONS =
      """
      cantons.csv: CSV, separator ',', 9 rows, 4 columns
      Read it with: df = pd.read_csv('/mnt/data/cantons.csv')
      Columns:
      - 'Canton': text, 9 different, like 'Uri', 'Zug'
      - 'Inhabitants': integers 7734 to 60383
      - 'Area (km²)': numbers 3.2 to 12.8
      - 'Lakes': integers 0 to 9, 2 missing\
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Where do people live most densely?       | df["density"] = df["Inhabitants"] / df["Area (km²)"]
          How many live there per km²?             | df["density"] = df["Inhabitants"] / df["Area (km²)"]
          Most lakes? How many are without a lakes value? | df["Lakes"].isna().sum()
          """)
  void densitiesAndMissingValuesAreUnderstood(String question, String code) {
    assertThat(of(question, CANTONS)).anySatisfy(line -> assertThat(line).contains(code));
  }

  @Test
  void whatIsJoinedIsMadeFirst() {
    assertThat(of("How much came from each land in total, and which guests never stayed?", VISITS))
        .anySatisfy(line -> assertThat(line).startsWith("m = "))
        .anySatisfy(line -> assertThat(line).contains("m.groupby(\"Land\")[\"Amount EUR\"].sum()"));
  }

  @Test
  void tablesAreJoinedOverOneBetween() {
    assertThat(of("How much did every buyer spend?", STALL).getFirst())
        .isEqualTo(
            "m = lines.merge(purchases, left_on=\"purchase_id\", right_on=\"id\","
                + " suffixes=(\"\", \"_purchases\")).merge(buyers, left_on=\"buyer_id\","
                + " right_on=\"id\", suffixes=(\"\", \"_buyers\"))  # the columns of both");
    assertThat(of("Draw the income of each month", STALL))
        .anySatisfy(line -> assertThat(line).contains("m.groupby(m[\"bought_on\"]"));
    assertThat(of("Which buyers never bought anything?", STALL))
        .anySatisfy(line ->
            assertThat(line).contains("buyers[~buyers[\"id\"].isin(purchases[\"buyer_id\"])]"));
  }

  @Test
  void piecesAreTheQuantityAndNotThePriceOfAUnit() {
    assertThat(of("Top 3 items by units, as a bar chart", KIOSK))
        .anySatisfy(line ->
            assertThat(line)
                .contains("groupby(\"Item Sold\")[\"Quantity\"].sum().nlargest(3)")
                .doesNotContain("all together"));
  }

  @Test
  void aShareOfAllIsNotTakenWithinGroups() {
    assertThat(of("What share of the purchases was paid by card?", KIOSK))
        .anySatisfy(line -> assertThat(line).contains("percent of all rows"))
        .noneMatch(line -> line.contains("groupby"));
  }

  @Test
  void twoYearsAreComparedInPercentToo() {
    assertThat(of("Compare 2023 with 2024: by how many percent did revenue change?", KIOSK))
        .anySatisfy(
            line -> assertThat(line).contains("dt.year)[\"amount\"].sum()").contains("pct_change"));
  }

  @Test
  void ofTheLongestAllThatTheRowHasIsShown() {
    assertThat(of("How long was the longest hike in km and what was its fee?", HIKES))
        .anySatisfy(line ->
            assertThat(line).contains("df.loc[df[\"length_km\"].idxmax()]").contains("to_dict"));
  }

  @Test
  void germanQuestionsHaveTheSameRecipes() {
    assertThat(of("Welche Filiale hat den höchsten Umsatz?", LAEDEN))
        .anySatisfy(
            line -> assertThat(line).contains("groupby(\"Filiale\")[\"Umsatz (EUR)\"].sum()"));
    assertThat(of("avg Umsatz by branch", LAEDEN))
        .anySatisfy(
            line -> assertThat(line).contains("groupby(\"Filiale\")[\"Umsatz (EUR)\"].mean()"));
  }

  @Test
  void whoHasNoneIsFoundByTheKeysOfBothTables() {
    assertThat(of("Which members have never made a visit?", CLUB).getFirst())
        .contains("members[~members[\"id\"].isin(visits[\"member_id\"])]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Convert this to a plain CSV called tidy.csv  | df.to_csv("/mnt/data/tidy.csv", index=False)
          Save the table as a CSV file, My-Hikes.csv   | df.to_csv("/mnt/data/My-Hikes.csv"
          Give me hikes.csv as an Excel file           | df.to_excel("/mnt/data/result.xlsx", index=False)
          Turn it into JSON please                     | df.to_json("/mnt/data/result.json", orient="records"
          Clean it: remove stray spaces and duplicates | v.strip() if isinstance(v, str)
          Clean it: remove stray spaces and duplicates | print("rows before:", n
          """)
  void filesAreConvertedAndCleaned(String question, String code) {
    assertThat(of(question, HIKES)).anySatisfy(line -> assertThat(line).contains(code));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          resize to 120x90                                    | image.resize((120, 90))
          Crop it to the right half                           | image.crop((image.width // 2, 0, image.width, image.height))
          Turn photo.png into black and white, save as bw.jpg | g.save("/mnt/data/bw.jpg")
          """)
  void picturesAreMadeAsAsked(String question, String code) {
    assertThat(of(question, PHOTO))
        .anySatisfy(line -> assertThat(line).contains(code))
        .noneMatch(line -> line.contains("rotate("));
  }

  @Test
  void linesOfALogAreCountedByLevelAndDay() {
    assertThat(of("How many errors are there, and which message is the most common?", LOG))
        .anySatisfy(line -> assertThat(line).contains("\"ERROR\" in l").contains("most_common"));
    assertThat(of("plot the warnings per day", LOG))
        .anySatisfy(line -> assertThat(line).contains("\"WARN\" in l").contains("s.plot("));
  }

  private static List<String> of(String question, String card) {
    List<String> cards = List.of(card);
    return Recipes.of(question, cards, ReadingLines.of(cards)).lines();
  }
}
