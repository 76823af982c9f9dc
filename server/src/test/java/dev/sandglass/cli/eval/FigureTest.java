package dev.sandglass.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureTest {

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "total 1234.5 | 1234.5 | 5",
        "total 1,234.5 | 1234.5 | 5",
        "total 1,234,567 | 1234567 | 7",
        "1.234,56 € | 1234.56 | 6",
        "12,5 Prozent | 12.5 | 3",
        "1.234.567 | 1234567 | 7",
        "0,123 | 0.123 | 3",
        "0.0284 | 0.0284 | 3",
        ".284 | 0.284 | 3",
        "$1.2k a day | 1200 | 2",
        "3.41M rows | 3410000 | 3",
        "2.5 million | 2500000 | 2",
        "58 kWh | 58 | 2",
        "5 men | 5 | 1",
        "12.3 % | 12.3 | 3",
        "-0.87 | -0.87 | 2",
        "1.5e-3 | 0.0015 | 2",
        "4.31 × 10^-3 | 0.00431 | 3",
        "4.31 \\times 10^{-3} | 0.00431 | 3",
        "TR-17 | 17 | 2",
        "(28.0°C) | 28.0 | 3",
        "12'345.5 | 12345.5 | 6",
        "1,234. | 1234 | 4",
      })
  void readsTheWaysNumbersAreWritten(String text, double value, int digits) {
    assertThat(Figure.in(text))
        .first()
        .satisfies(figure -> {
          assertThat(figure.value()).isCloseTo(value, within(Math.abs(value) * 1e-12));
          assertThat(figure.digits()).isEqualTo(digits);
        });
  }

  @Test
  void aSpaceMayGroupOrSeparate() {
    assertThat(Figure.in("12 345.50 in all")).extracting(Figure::value).contains(12.0, 12345.5);
  }

  @Test
  void aWordWithDigitsIsNoNumber() {
    assertThat(Figure.in("x86 and sha256 and a_1")).isEmpty();
  }

  @Test
  void knowsWhatItsLastDigitIsWorth() {
    assertThat(Figure.in("66.4k")).first().extracting(Figure::step).isEqualTo(100.0);
    assertThat(Figure.in("66.45")).first().extracting(Figure::step).isEqualTo(0.01);
  }

  @Test
  void survivesAnyText() {
    Random random = new Random(20251123);
    String alphabet = "0123456789.,'-−eEkM%$ \n\u00a0x*^{}\\abc";
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(60); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String plain = Judge.plain(text.toString());
      assertThat(Figure.in(plain)).allSatisfy(f -> assertThat(f.end()).isGreaterThan(f.start()));
    }
  }
}
