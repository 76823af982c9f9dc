package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingLinesTest {

  @Test
  void aFileIsReadAsItsCardSays() {
    assertThat(
            ReadingLines.of(
                List.of("a.csv: CSV\nRead it with: df = pd.read_csv('/mnt/data/a.csv')\n- x")))
        .isEqualTo("import pandas as pd\ndf = pd.read_csv('/mnt/data/a.csv')");
  }

  @Test
  void severalTablesHaveNamesOfTheirOwn() {
    String sheets =
        "Read it with: df = pd.read_excel('/mnt/data/b.xlsx', sheet_name='Staff 2024')\n"
            + "Read it with: df = pd.read_excel('/mnt/data/b.xlsx', sheet_name='2023')";
    String csv = "Read it with: df = pd.read_csv('/mnt/data/sub/Day list.csv', sep=';')";
    assertThat(ReadingLines.of(List.of(sheets, csv)).lines())
        .containsExactly(
            "import pandas as pd",
            "staff_2024 = pd.read_excel('/mnt/data/b.xlsx', sheet_name='Staff 2024')",
            "table_2023 = pd.read_excel('/mnt/data/b.xlsx', sheet_name='2023')",
            "day_list = pd.read_csv('/mnt/data/sub/Day list.csv', sep=';')");
  }

  @Test
  void eachStatementStandsOnALineOfItsOwnBelowWhatItImports() {
    assertThat(
            ReadingLines.of(
                List.of(
                    "Read it with: con = sqlite3.connect('/mnt/data/d.db');"
                        + " a = pd.read_sql('SELECT * FROM a', con);"
                        + " a['day'] = pd.to_datetime(a['day'], dayfirst=True)")))
        .isEqualTo(
            """
            import pandas as pd
            import sqlite3
            con = sqlite3.connect('/mnt/data/d.db')
            a = pd.read_sql('SELECT * FROM a', con)
            a['day'] = pd.to_datetime(a['day'], dayfirst=True)\
            """);
  }

  @Test
  void aStatementThatIsOnlyAPatternIsLeftOut() {
    assertThat(
            ReadingLines.of(
                List.of(
                    "Read it with: con = sqlite3.connect('/mnt/data/d.db'); df ="
                        + " pd.read_sql('SELECT …', con)",
                    "Read it with: image = Image.open('/mnt/data/p.png')")))
        .isEqualTo(
            "import sqlite3\nfrom PIL import Image\ncon = sqlite3.connect('/mnt/data/d.db')\n"
                + "image = Image.open('/mnt/data/p.png')");
  }

  @Test
  void aSemicolonInANameEndsNoStatement() {
    assertThat(
            ReadingLines.of(
                List.of(
                    "Read it with: df = pd.read_csv('/mnt/data/a; b.csv', parse_dates=[\"it's;"
                        + " on\"]); df['x\\'; y'] = pd.to_numeric(df['x\\'; y'])")))
        .isEqualTo(
            "import pandas as pd\n"
                + "df = pd.read_csv('/mnt/data/a; b.csv', parse_dates=[\"it's; on\"])\n"
                + "df['x\\'; y'] = pd.to_numeric(df['x\\'; y'])");
  }

  @Test
  void ofSeveralFilesDfAndItsColumnsGetTheFilesName() {
    String lines =
        ReadingLines.of(
            List.of(
                "Read it with: data = json.load(open('/mnt/data/Sales.json', encoding='utf-8'));"
                    + " df = pd.DataFrame(data); df['day'] = pd.to_datetime(df['day'])",
                "Read it with: df = pd.read_parquet('/mnt/data/df_old.parquet')"));
    assertThat(lines)
        .isEqualTo(
            """
            import pandas as pd
            import json
            data = json.load(open('/mnt/data/Sales.json', encoding='utf-8'))
            sales = pd.DataFrame(data)
            sales['day'] = pd.to_datetime(sales['day'])
            df_old = pd.read_parquet('/mnt/data/df_old.parquet')\
            """);
    assertThat(ReadingLines.tables(lines)).containsExactly("sales", "df_old");
  }

  @Test
  void filesOfOneNameAreToldApart() {
    assertThat(
            ReadingLines.tables(
                ReadingLines.of(
                    List.of(
                        "Read it with: df = pd.read_csv('/mnt/data/a/sales.csv')",
                        "Read it with: df = pd.read_csv('/mnt/data/b/sales.csv')",
                        "Read it with: df = pd.read_csv('/mnt/data/sales_2.csv')"))))
        .doesNotHaveDuplicates()
        .hasSize(3)
        .startsWith("sales");
  }

  @Test
  void aFilesNameThatPythonHasIsNoTables() {
    assertThat(
            ReadingLines.tables(
                ReadingLines.of(
                    List.of(
                        "Read it with: df = pd.read_csv('/mnt/data/class.csv')",
                        "Read it with: df = pd.read_csv('/mnt/data/list.csv')",
                        "Read it with: df = pd.read_csv(\"/mnt/data/it's.csv\")",
                        "Read it with: df = pd.read_csv('/mnt/data/Город.csv')"))))
        .containsExactly("table_class", "table_list", "it_s", "table_");
  }

  @Test
  void theTablesOfAProgramAreThoseThatItReads() {
    assertThat(
            ReadingLines.tables(
                """
                import pandas as pd
                data = json.load(open('/mnt/data/a.json'))
                orders = pd.DataFrame(data['orders'])
                orders['day'] = pd.to_datetime(orders['day'])
                items = pd.json_normalize(data['orders'], record_path='items')
                text = open('/mnt/data/b.txt').read()\
                """))
        .containsExactly("orders", "items");
    assertThat(ReadingLines.tables("")).isEmpty();
  }

  @Test
  void tooManyFilesAreLeftToTheModel() {
    String card = "Read it with: df = pd.read_csv('/mnt/data/%s.csv')";
    assertThat(
            ReadingLines.of(
                List.of("a", "b", "c", "d", "e").stream().map(card::formatted).toList()))
        .isEmpty();
    assertThat(ReadingLines.of(List.of("x.bin: unknown"))).isEmpty();
  }
}
