package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineRepeatsTest {

  @Test
  void theSameLineAgainAndAgainIsStuck() {
    assertThat(new LineRepeats().add("print(1)\n".repeat(LineRepeats.TIMES))).isTrue();
    assertThat(new LineRepeats().add("print(1)\n".repeat(LineRepeats.TIMES - 1))).isFalse();
  }

  @Test
  void theSameFewLinesAgainAndAgainAreStuckEmptyLinesOrNot() {
    String group = "found = 1\n\nprint(found)\nprint(2)\n\n";
    assertThat(new LineRepeats().add(group.repeat(LineRepeats.GROUP_TIMES))).isTrue();
    assertThat(new LineRepeats().add(group.repeat(LineRepeats.GROUP_TIMES - 1))).isFalse();
  }

  @Test
  void linesThatDifferAreNot() {
    LineRepeats repeats = new LineRepeats();
    for (int i = 0; i < 100; i++) {
      assertThat(repeats.add("ax.bar(" + i + ", 1)\nax.text(0, 0)\n")).isFalse();
    }
  }

  @Test
  void onceStuckItStaysSo() {
    LineRepeats repeats = new LineRepeats();
    repeats.add("print(1)\n".repeat(LineRepeats.TIMES));
    assertThat(repeats.add("x = 2\n")).isTrue();
  }
}
