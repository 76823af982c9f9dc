package dev.sandglass.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureCheckTest {

  private final FigureCheck check = new FigureCheck();

  @ParameterizedTest(name = "{0} from {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          The total is 16,288.95.        | 16288.95
          The total is 16288.95 dollars. | total    16288.95
          It earned $16,289.             | 16288.95
          about 16.3k                    | 16288.95
          about 16,300                   | 16288.95
          1.2 million                    | 1234567
          Es sind 16.288,95 Euro.        | 16288.95
          16'288.95 Franken              | 16288.95
          16 288.95                      | 16 288.95
          1,25,86,269 rupees             | 12586269
          crossing at 1,2,3              | 1 2 3
          a share of 25.3%               | 0.2534
          a share of 25.3 percent        | 25.29
          fell by 5.2                    | change -5.2
          1.5e5 cells                    | 150000
          In 2024 it rose.               | 2024-03-01  99
          1. The first: 3 products       | none
          Saved as chart_2024_99.png     | none
          See `df.iloc[77]` for it       | none
          Open [the chart](sandbox:/mnt/data/plot-345.png) | none
          rounded to 71.67               | 71.66666666666667
          0.5                            | 0.45
          """)
  void aNumberThatComesFromASourceIsNoStranger(String answer, String source) {
    assertThat(check.strangers(answer, List.of(source))).isEmpty();
  }

  @ParameterizedTest(name = "{0} not from {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          The total is 16,289.45. | 16288.95  | 16,289.45
          It is 71/3.             | 215/3     | 71
          It is 16,290.           | 16288.95  | 16,290
          a share of 26%          | 0.2534    | 26
          In 2025 it rose.        | 2024      | 2025
          2.2 million             | 1234567   | 2.2
          42                      | nothing   | 42
          It is 125,862,690,25.   | 12586269025 | 125,862,690,25
          """)
  void aNumberThatDoesNotIsTold(String answer, String source, String stranger) {
    assertThat(check.strangers(answer, List.of(source))).containsExactly(stranger);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          The mean is 44.82.          | no age: 13;mean: 44.8222        | true
          13 have none; mean 44.8.    | no age: 13;mean: 44.8222        | false
          All is well.                | days: 3;items: 12               | false
          The output is correct.      | Name: id, dtype: int64;2    503 | true
          A has 21.5, B has 13.       | A   21.489;B   13.02            | false
          It is so since 2012.        | {'id': 3, 'who': 'Ada', 'at': '2012'} | true
          Ada, since 2012.            | {'id': 3, 'who': 'Ada', 'at': '2012'} | false
          """)
  void aShortOutputThatTheAnswerLeavesOutIsNoticed(String answer, String output, boolean left) {
    assertThat(check.leavesOut(answer, output.replace(';', '\n'))).isEqualTo(left);
  }

  @Test
  void aLongOutputIsThereToBeSummedUp() {
    assertThat(check.leavesOut("Fine.", "1234\n".repeat(100))).isFalse();
  }

  @Test
  void hostileTextsCostLittleAndBreakNothing() {
    Random random = new Random(7);
    String alphabet = "0123456789.,'+-% \u202f\n";
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(200); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(check.strangers(text.toString(), List.of(text.toString()))).isEmpty();
    }
    assertThat(check.strangers("9".repeat(100_000), List.of("1,".repeat(100_000)))).isNotNull();
  }

  @Test
  void theOutputShownToAModelIsBoundedAndSaysWhatIsMissing() {
    OutputCut cut = new OutputCut(100);
    assertThat(cut.apply("short\n")).isEqualTo("short\n");
    String text = "größe äöü zeile\n".repeat(100);
    String shown = cut.apply(text);
    assertThat(shown).startsWith("größe").endsWith("zeile\n").contains("left out");
    assertThat(shown.getBytes(StandardCharsets.UTF_8).length).isLessThan(180);
    assertThat(cut.apply("é".repeat(500))).doesNotContain("\uFFFD").contains("bytes of 1,000");
  }
}
