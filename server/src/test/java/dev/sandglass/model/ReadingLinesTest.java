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
  void patternsAndRemarksAreLeftOut() {
    assertThat(
            ReadingLines.of(
                List.of(
                    "Read it with: con = sqlite3.connect('/mnt/data/d.db'); df = pd.read_sql('SELECT …', con)",
                    "Read it with: image = Image.open('/mnt/data/p.png')  # from PIL import Image")))
        .isEqualTo(
            "import sqlite3\nfrom PIL import Image\ncon = sqlite3.connect('/mnt/data/d.db')\n"
                + "image = Image.open('/mnt/data/p.png')");
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
