package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a question or a card may cost, whoever has written it. */
class HostileQuestionsTest {

  private static final List<String> BITS =
      List.of(
          "percent",
          "how many ",
          "more than ",
          "at least 5",
          "from",
          "first",
          " last",
          "change",
          "each ",
          "per 100 ",
          "1,000",
          "9",
          ".",
          ",",
          "-999",
          "leave ",
          " out",
          "(",
          "[",
          "{x}",
          "\\",
          "$1",
          "\\E",
          "\\Q",
          "\"",
          "'",
          "\n",
          "\0",
          "é",
          "😀",
          "\ud800",
          "'a': text, 2 different: ",
          "- 'a b': integers 1 to 2\n",
          "- 'day': dates 1 to 2\n",
          "- '$1{x}': text, 2 different: 'p', '\\E'\n",
          "Sheet 'S': 3 rows\n",
          "Table 'T': 3 rows\n",
          "items: 3 objects\n",
          "exceed",
          "task done ",
          "Read it with: df = pd.read_csv('/mnt/data/a.csv')\n",
          "Read it with: x = pd.read_csv('…')\n",
          "- '",
          "': numbers 1 to 2\n",
          "month",
          "highest",
          "text = ",
          "Image.open",
          "colour",
          "36 fish ");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void hostileQuestionsAndCardsDoNoHarm(long seed) {
    Random random = new Random(seed);
    assertCost(
        60,
        () -> {
          for (int i = 0; i < 20; i++) {
            String question = bits(random, random.nextInt(60));
            List<String> cards =
                Stream.generate(() -> bits(random, random.nextInt(80)))
                    .limit(random.nextInt(5))
                    .toList();
            List<String> lines = of(question, cards);
            assertThat(lines).hasSizeLessThanOrEqualTo(4).allMatch(line -> line.length() < 5000);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "percent ",
        "how many ",
        "1",
        "1,",
        "9 or ",
        "first percent change ",
        "more than ",
        "at least 5 ",
        "leave out ",
        "leavx ",
        "a",
        "each ",
        "per ",
        "write ",
        "exceedexceed",
        "\n",
        "rate cost each ",
        "%"
      })
  void aVeryLongQuestionTakesNoLongTime(String bit) {
    String question = bit.repeat(100_000 / bit.length());
    assertCost(
        10,
        () -> {
          of(question, TestCards.PARCELS);
          of(question + " of what?", TestCards.SHOPS);
        });
  }

  @Test
  void manyColumnsTakeNoLongTime() {
    StringBuilder card = new StringBuilder("Read it with: df = pd.read_csv('/mnt/data/a.csv')\n");
    for (int i = 0; i < 400; i++) {
      card.append("- 'value of column ").append(i).append("': integers 1 to 2\n");
      card.append("- 'kind ")
          .append(i)
          .append("': text, 2 different: 'a")
          .append(i)
          .append("', 'bcd'\n");
    }
    assertCost(10, () -> of("Which kind has the highest value each?", card.toString()));
  }

  /** Seconds of the processor, not of the clock: the machine may be busy with others. */
  private static void assertCost(int seconds, Runnable action) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    action.run();
    assertThat(threads.getCurrentThreadCpuTime() - before).isLessThan(seconds * 1_000_000_000L);
  }

  private static String bits(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(BITS.get(random.nextInt(BITS.size())).repeat(1 + random.nextInt(3)));
    }
    return text.toString();
  }

  private static List<String> of(String question, String card) {
    return of(question, List.of(card));
  }

  private static List<String> of(String question, List<String> cards) {
    return Recipes.of(question, cards, ReadingLines.of(cards)).lines();
  }
}
