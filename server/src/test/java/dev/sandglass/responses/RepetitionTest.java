package dev.sandglass.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepetitionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The total revenue is 100.\n",
        "I will now compute it. ",
        "Let me try again. The file does not exist. I will read the file again.\n\n"
      })
  void theSamePassageAgainAndAgainIsNoticedAndCutToOne(String passage) {
    Repetition repetition = new Repetition();
    String before = "It begins well. ";
    assertThat(repetition.add(before)).isFalse();
    int times = 0;
    while (!repetition.add(passage)) {
      times++;
      assertThat(times).isLessThan(Repetition.TIMES + 2);
    }
    assertThat(times + 1).isGreaterThanOrEqualTo(Repetition.TIMES);
    String text = before + passage.repeat(times + 1);
    String cut = text.substring(0, (int) repetition.cutAt());
    assertThat(cut.stripTrailing()).isEqualTo((before + passage).stripTrailing());
  }

  @Test
  void howTheTextIsCutIntoDeltasDoesNotMatter() {
    String text = "x".repeat(5) + "The same line again.\n".repeat(8);
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      Repetition repetition = new Repetition();
      boolean seen = false;
      for (int at = 0; at < text.length() && !seen; ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(9));
        seen = repetition.add(text.substring(at, end));
        at = end;
      }
      assertThat(seen).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n",
        "0, 0, 0, 0, 0, 0, 0, 0, 0, 0",
        "----------------------------------------------------------------"
      })
  void rulersAndTablesAreNoRepetition(String text) {
    assertThat(new Repetition().add(text)).isFalse();
  }

  @Test
  void aListOfSimilarLinesIsNoRepetition() {
    String list =
        IntStream.range(1, 60)
            .mapToObj(i -> "- month " + i + ": revenue " + i * 37)
            .collect(Collectors.joining("\n"));
    assertThat(new Repetition().add(list)).isFalse();
  }
}
