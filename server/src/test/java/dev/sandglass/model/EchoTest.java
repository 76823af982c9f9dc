package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EchoTest {

  private static final String GIVEN = "```python\ndf = 1\n";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 17, 100})
  void whatComesBackWithItsBeginningLosesIt(int piece) {
    assertThat(passed(GIVEN, GIVEN + "print(df)\n```", piece)).isEqualTo("print(df)\n```");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 17, 100})
  void whatOnlyContinuesIsPassedOn(int piece) {
    assertThat(passed(GIVEN, "print(df)\n```", piece)).isEqualTo("print(df)\n```");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 17, 100})
  void aContinuationThatBeginsAlikeIsPassedOnWhole(int piece) {
    assertThat(passed(GIVEN, "```python\ndf = 2\n```", piece)).isEqualTo("```python\ndf = 2\n```");
  }

  @Test
  void onlyTheFirstTimeIsABeginning() {
    assertThat(passed("ab", "ababab", 1)).isEqualTo("abab");
    assertThat(passed("ab", "xab", 1)).isEqualTo("xab");
  }

  @Test
  void nothingIsHeldBackLongerThanItCanBeTheBeginning() {
    Echo echo = new Echo("abc");
    assertThat(List.of(echo.pass("a"), echo.pass("b"), echo.pass("x"), echo.pass("a")))
        .containsExactly("", "", "abx", "a");
  }

  @Test
  void aNewTextAfterTheBeginningInOnePieceComesAtOnce() {
    assertThat(new Echo("abc").pass("abcd")).isEqualTo("d");
  }

  @Test
  void whereNothingWasGivenAllPasses() {
    assertThat(new Echo("").pass("```python")).isEqualTo("```python");
  }

  private static String passed(String given, String answer, int piece) {
    Echo echo = new Echo(given);
    List<String> passed = new ArrayList<>();
    for (int at = 0; at < answer.length(); at += piece) {
      passed.add(echo.pass(answer.substring(at, Math.min(answer.length(), at + piece))));
    }
    return String.join("", passed);
  }
}
