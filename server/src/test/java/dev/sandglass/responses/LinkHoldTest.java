package dev.sandglass.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkHoldTest {

  private static boolean exists(String link) {
    return !link.contains("none");
  }

  /** What goes out of a text by itself, and what is kept back. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "plain words|",
        "See [a](sandbox:/mnt/data/a.csv) there|",
        "See [a](https://x.example/none) there|",
        "a list [1, 2] of none|[1, 2] of none",
        "See |[a](sandbox:/mnt/data/none.csv) there",
        "See [a](sandbox:/mnt/data/a.csv) and |[b](sandbox:/mnt/data/none.csv).",
      })
  void onlyALinkThatLeadsNowhereIsKeptBack(String out, String kept) {
    boolean bracket = out.startsWith("a list");
    String text = bracket ? out : out + (kept == null ? "" : kept);
    Random random = new Random(3);
    for (int round = 0; round < 100; round++) {
      LinkHold hold = new LinkHold(LinkHoldTest::exists);
      StringBuilder passed = new StringBuilder();
      for (int at = 0; at < text.length(); ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(7));
        passed.append(hold.add(text.substring(at, end)));
        at = end;
      }
      assertThat(passed.toString()).isEqualTo(bracket ? "a list " : out);
      assertThat(hold.rest()).isEqualTo(kept == null ? "" : kept);
    }
  }

  @Test
  void aBracketThatIsNoLinkGoesOutWithTheNextLine() {
    LinkHold hold = new LinkHold(LinkHoldTest::exists);
    assertThat(hold.add("x[0] = 1")).isEqualTo("x");
    assertThat(hold.add("\nmore")).isEqualTo("[0] = 1\nmore");
  }
}
