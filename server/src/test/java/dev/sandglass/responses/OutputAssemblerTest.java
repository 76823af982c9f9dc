package dev.sandglass.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellOutput.Display.Kind;
import dev.sandglass.sandbox.CellOutput.Part;
import dev.sandglass.sandbox.CellOutput.Stream.Name;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class OutputAssemblerTest {

  private final StringBuilder live = new StringBuilder();
  private final OutputAssembler out = new OutputAssembler((stream, text) -> live.append(text), 3);

  @Test
  void everythingComesInTheOrderProduced() {
    out.onOutput(new CellOutput.Stream(Name.STDOUT, "a"));
    out.onOutput(new CellOutput.Stream(Name.STDERR, "warning\n"));
    out.onOutput(display(Kind.FIGURE, "image/png", "PNG"));
    out.onOutput(display(Kind.RESULT, "text/plain", "42"));
    assertThat(types()).containsExactly("logs", "image", "logs");
    assertThat(logs(0)).isEqualTo("awarning\n");
    assertThat(logs(2)).isEqualTo("42");
    assertThat(out.printed()).isEqualTo("awarning\n42");
  }

  @Test
  void aResultAndATracebackStandOnLinesOfTheirOwn() {
    out.onOutput(new CellOutput.Stream(Name.STDOUT, "no newline"));
    out.onOutput(display(Kind.RESULT, "text/plain", "42"));
    out.onOutput(new CellOutput.Stream(Name.STDOUT, "after\n"));
    out.onOutput(new CellOutput.Error("E", "v", "Traceback\nE: v", "E: v"));
    assertThat(logs(0)).isEqualTo("no newline\n42\nafter\nTraceback\nE: v");
    assertThat(live.toString()).endsWith("Traceback\nE: v\n");
  }

  @Test
  void theModelSeesTheShortErrorOnly() {
    out.onOutput(new CellOutput.Error("E", "v", "Traceback …", "line 3: E: v"));
    assertThat(out.printed()).isEmpty();
    assertThat(out.error()).isEqualTo("line 3: E: v");
  }

  @Test
  void anImageIsPreferredToItsText() {
    out.onOutput(
        new CellOutput.Display(
            Kind.DISPLAY, List.of(part("text/plain", "<Figure>"), part("image/png", "PNG"))));
    assertThat(types()).containsExactly("image");
    assertThat(out.pngs()).hasSize(1);
  }

  @Test
  void whatAFigureShowsIsToldToTheModelAlone() {
    out.onOutput(new CellOutput.Stream(Name.STDOUT, "all: 7\n"));
    String about = "<Figure>\n(The chart 'A' shows:\na: 3, then 4)";
    out.onOutput(
        new CellOutput.Display(
            Kind.FIGURE, List.of(part("text/plain", about), part("image/png", "PNG"))));
    out.onOutput(new CellOutput.Stream(Name.STDOUT, "done\n"));
    assertThat(out.printed()).contains("The chart 'A' shows", "a: 3, then 4");
    assertThat(out.shown()).isEqualTo("all: 7\ndone\n");
  }

  @Test
  void warningsAreNotRepeatedBelowAnAnswer() {
    out.onOutput(new CellOutput.Stream(Name.STDERR, "a.py:1: FutureWarning: soon\n"));
    out.onOutput(new CellOutput.Stream(Name.STDOUT, "all: 7\n"));
    assertThat(out.printed()).contains("FutureWarning", "all: 7");
    assertThat(out.shown()).isEqualTo("all: 7\n");
  }

  @Test
  void clearForgetsWhatWasBefore() {
    out.onOutput(new CellOutput.Stream(Name.STDOUT, "10 %\n"));
    out.onOutput(new CellOutput.Clear(true));
    assertThat(out.printed()).isEqualTo("10 %\n");
    out.onOutput(new CellOutput.Stream(Name.STDOUT, "20 %\n"));
    assertThat(out.printed()).isEqualTo("20 %\n");
    out.onOutput(new CellOutput.Clear(false));
    assertThat(out.outputs()).isEmpty();
  }

  @Test
  void tooManyImagesAreCutWithALineThatSaysSo() {
    IntStream.range(0, 3).forEach(i -> out.onOutput(display(Kind.FIGURE, "image/png", "PNG")));
    assertThat(out.printed()).as("at the limit").isEmpty();
    IntStream.range(0, 3).forEach(i -> out.onOutput(display(Kind.FIGURE, "image/png", "PNG")));
    assertThat(out.pngs()).hasSize(3);
    assertThat(out.printed())
        .containsOnlyOnce("more than 3 images")
        .contains("turn.max-images", "save them as files");
  }

  private List<String> types() {
    return out.outputs().stream().map(o -> o.path("type").asString()).toList();
  }

  private String logs(int index) {
    ObjectNode output = out.outputs().get(index);
    return output.path("logs").asString();
  }

  private static CellOutput display(Kind kind, String mime, String data) {
    return new CellOutput.Display(kind, List.of(part(mime, data)));
  }

  private static Part part(String mime, String data) {
    return new Part(mime, data.getBytes(StandardCharsets.UTF_8));
  }
}
