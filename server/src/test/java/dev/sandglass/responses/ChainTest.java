package dev.sandglass.responses;

import static dev.sandglass.responses.ScriptedSession.text;
import static dev.sandglass.responses.TurnBench.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.common.ApiException;
import dev.sandglass.model.Dialect;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far back a request goes on from. */
class ChainTest {

  @TempDir Path directory;

  @Test
  void aChainAtItsLimitIsGoneOnFromAndOneLongerIsToldWhy() {
    TurnLimits limits = new TurnLimits(6, 5, Duration.ofSeconds(30), 10_000, 6000, 50, 2);
    try (TurnBench bench =
        new TurnBench(directory, limits, Dialect.TOOLS, text("1"), text("2"), text("3"))) {
      String first = id(bench, ask("a"));
      String second = id(bench, ask("b").after(first));
      String third = id(bench, ask("c").after(second));
      assertThat(bench.model.requests.getLast().transcript()).hasSizeGreaterThanOrEqualTo(5);
      assertThatThrownBy(() -> bench.stream(ask("d").after(third).build()))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("More than 2 responses")
          .hasMessageContaining("turn.max-chain")
          .hasMessageContaining("begin anew");
    }
  }

  private static String id(TurnBench bench, TurnBench.Ask ask) {
    return bench.stream(ask.build()).path("id").asString();
  }
}
