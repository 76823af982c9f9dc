package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StemTest {

  @ParameterizedTest
  @CsvSource({
    "survival, survived",
    "closing, close",
    "embark, embarked",
    "remotely, remote",
    "orders, ordered",
    "prices, pricing"
  })
  void wordsOfOneOriginHaveOneStem(String one, String two) {
    assertThat(Stem.of(one)).isEqualTo(Stem.of(two));
  }

  @ParameterizedTest
  @CsvSource({"station, state", "country, count", "state, status", "company, compare"})
  void otherWordsHaveNot(String one, String two) {
    assertThat(Stem.of(one)).isNotEqualTo(Stem.of(two));
  }
}
