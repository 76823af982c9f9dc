package dev.sandglass.model;

import java.util.List;

/** File cards as the sandbox writes them. */
final class TestCards {

  /** Text columns of which one is a state, a number, a date. */
  static final String PARCELS =
      """
      parcels.csv: CSV, separator ',', 120 rows, 4 columns
      Read it with: df = pd.read_csv('/mnt/data/parcels.csv', parse_dates=['sent'])
      Columns:
      - 'carrier': text, 3 different: 'Blitz', 'Kurier', 'Pigeon'
      - 'state': text, 3 different: 'arrived', 'lost', 'open'
      - 'weight': numbers 0.5 to 12.0
      - 'sent': dates 2024-01-01 to 2024-03-31, like '2024-01-01'\
      """;

  /** One text column and nothing to reckon with. */
  static final String VISITS =
      """
      visits.csv: CSV, separator ',', 120 rows, 1 column
      Read it with: df = pd.read_csv('/mnt/data/visits.csv')
      Columns:
      - 'gate': text, 3 different: 'east', 'north', 'west'\
      """;

  static final String LEVELS =
      """
      levels.csv: CSV, separator ';', 60 rows, 3 columns
      Read it with: df = pd.read_csv('/mnt/data/levels.csv', sep=';', parse_dates=['day'])
      Columns:
      - 'station': text, 3 different: 'Bridge', 'Lock', 'Weir'
      - 'day': dates 2024-01-01 to 2024-01-20, like '2024-01-01'
      - 'level': integers 12 to 95\
      """;

  /** Two sheets with one column in common. */
  static final String NURSERY =
      """
      nursery.xlsx: Excel workbook, 2 sheets: 'Plants', 'Beds'
      Sheet 'Plants': 120 rows, 2 columns
      Read it with: df = pd.read_excel('/mnt/data/nursery.xlsx', sheet_name='Plants')
      - 'bed_id': integers 1 to 4
      - 'height_cm': numbers 3.5 to 41.0
      Sheet 'Beds': 4 rows, 2 columns
      Read it with: df = pd.read_excel('/mnt/data/nursery.xlsx', sheet_name='Beds')
      - 'bed_id': integers 1 to 4
      - 'gardener': text, 3 different: 'Ada', 'Ben', 'Cleo'\
      """;

  /** A table in each of two files, whose rows belong together by what two columns hold. */
  static final List<String> SALES_AND_AREAS =
      List.of(
          """
          sales.csv: CSV, separator ',', 90 rows, 2 columns
          Read it with: df = pd.read_csv('/mnt/data/sales.csv')
          Columns:
          - 'area_code': text, 2 different: 'N', 'S'
          - 'amount': integers 1 to 90\
          """,
          """
          areas.csv: CSV, separator ',', 2 rows, 2 columns
          Read it with: df = pd.read_csv('/mnt/data/areas.csv')
          Columns:
          - 'code': text, 2 different: 'N', 'S'
          - 'manager': text, 2 different: 'Ida', 'Jon'\
          """);

  /** Three sheets; what a sum needs stands in the first and the last. */
  static final String SHOPS =
      """
      shops.xlsx: Excel workbook, 3 sheets: 'Sales', 'Weather', 'Shops'
      Sheet 'Sales': 900 rows, 3 columns
      Read it with: df = pd.read_excel('/mnt/data/shops.xlsx', sheet_name='Sales', parse_dates=['day'])
      - 'shop_id': integers 1 to 9
      - 'amount': numbers 1.5 to 99.0
      - 'day': dates 2024-01-01 to 2024-03-31
      Sheet 'Weather': 90 rows, 2 columns
      Read it with: df = pd.read_excel('/mnt/data/shops.xlsx', sheet_name='Weather', parse_dates=['day'])
      - 'day': dates 2024-01-01 to 2024-03-31
      - 'rain_mm': numbers 0.0 to 22.5
      Sheet 'Shops': 9 rows, 2 columns
      Read it with: df = pd.read_excel('/mnt/data/shops.xlsx', sheet_name='Shops')
      - 'shop_id': integers 1 to 9
      - 'town': text, 3 different: 'Oslo', 'Paris', 'Rome'\
      """;

  private TestCards() {}
}
