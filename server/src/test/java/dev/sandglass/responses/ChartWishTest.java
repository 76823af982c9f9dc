package dev.sandglass.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.container.ContainerFile;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChartWishTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Plot it.",
        "Show a bar chart of revenue.",
        "Make a scatter plot of a against b",
        "Histogram of ages, please",
        "Visualise the trend",
        "Zeichne ein Diagramm",
        "Haz un gráfico de barras",
        "draw a line for each"
      })
  void aChartIsAskedFor(String question) {
    assertThat(ChartWish.isIn(question)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "I draw a card from a deck: how likely is an ace?",
        "What is the shortest path in this graph?",
        "The charter of the town",
        "A plotter costs 300."
      })
  void noChartIsAskedFor(String question) {
    assertThat(ChartWish.isIn(question)).isFalse();
  }

  @Test
  void anImageShownOrSavedIsAChart() {
    assertThat(ChartWish.isMet(List.of(), List.of())).isFalse();
    assertThat(ChartWish.isMet(List.of(file("a.csv")), List.of())).isTrue();
    assertThat(ChartWish.isMet(List.of(), List.of(file("a.csv")))).isFalse();
    assertThat(ChartWish.isMet(List.of(), List.of(file("b/Chart.PNG")))).isTrue();
  }

  private static ContainerFile file(String name) {
    return new ContainerFile(
        "cfile_1",
        "cntr_1",
        ContainerFile.ROOT + name,
        1,
        ContainerFile.Source.ASSISTANT,
        Instant.EPOCH,
        null,
        null,
        null);
  }
}
