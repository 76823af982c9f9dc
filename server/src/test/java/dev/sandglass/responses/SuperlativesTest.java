package dev.sandglass.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which answers call several things the highest. */
class SuperlativesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          January had the highest revenue at 10,120.53, July had the highest revenue at 31,853.48. | 10,120.53 31,853.48
          A has the lowest price of $3.50 and B has the lowest price of $2.75.                     | $3.50 $2.75
          Ann is the best with 9. Ben is the best with 8.                                          | 9 8
          """)
  void severalFiguresOfOneSuperlativeAreFound(String answer, String rivals) {
    assertThat(Superlatives.rivals(answer)).containsExactly(rivals.replace("$", "").split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          In 2024, Ada had the highest score of 9, and in 2025, Ben had the highest score of 8.
          In 2024 Ada had the highest score of 9. In 2025 Ben had the highest score of 8.
          North: Ann has the highest score of 9; South: Ben has the highest score of 8.
          A has the highest price of 5, B has the lowest price of 3.
          July had the highest revenue at 31.9, that is the highest revenue of 31.9 in euros.
          Ann has the highest score of 9 and the second of 8.
          January has 10.1, February 9.2.
          """)
  void whatCanBeTrueIsLeftAlone(String answer) {
    assertThat(Superlatives.rivals(answer)).isEmpty();
  }

  @Test
  void longAnswersCostLittle() {
    String most = "the most the most a of ".repeat(50_000);
    assertThat(Superlatives.rivals(most)).isEqualTo(List.of());
  }
}
