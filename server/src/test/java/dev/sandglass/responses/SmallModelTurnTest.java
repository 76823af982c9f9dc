package dev.sandglass.responses;

import static dev.sandglass.responses.ScriptedSession.code;
import static dev.sandglass.responses.ScriptedSession.codeAfter;
import static dev.sandglass.responses.ScriptedSession.text;
import static dev.sandglass.responses.TurnBench.ask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.model.Dialect;
import dev.sandglass.model.ModelStep.Finish;
import dev.sandglass.model.StepRequest;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.model.TranscriptEntry;
import dev.sandglass.responses.TurnState.GiveBack;
import dev.sandglass.sandbox.CellResult.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Turns with a model that writes fenced blocks: what it may not see, repeat or claim. */
class SmallModelTurnTest {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // each test makes its own
  private TurnBench bench;

  @AfterEach
  void nothingStaysHeld() {
    assertThat(bench.containers.open).as("containers still held").isZero();
    bench.close();
  }

  @Test
  void aSmallModelsWordsBeforeCodeAreNotShown() {
    bench =
        new TurnBench(
            directory, Dialect.BLOCKS, codeAfter("It is 7!", Finish.STOP, "a"), text("Done."));
    bench.containers.cell("a", d -> printing(d, "A"));
    assertThat(itemTypes(bench.stream(ask("?").build())))
        .containsExactly("code_interpreter_call", "message");
  }

  @Test
  void codeThatFailedIsNotRunAgainUntilSomethingHasChanged() {
    bench =
        new TurnBench(
            directory,
            Dialect.BLOCKS,
            code("1/0"),
            code("# again\n1/0\n"),
            code("fix"),
            code("1/0"),
            text("No."),
            text("No."));
    bench.containers.cell("1/0", this::failing).cell("fix", d -> printing(d, "ok"));
    bench.stream(ask("?").build());
    assertThat(bench.containers.ran).containsExactly("1/0", "fix", "1/0");
    assertThat(bench.model.requests.stream().map(StepRequest::temperature))
        .containsExactly(0.0, 0.3, 0.6, 0.0, 0.3, 0.3);
  }

  @Test
  void codeThatHasJustRunIsNotRunAgainAndTheModelIsToldThatItsOutputIsThere() {
    bench =
        new TurnBench(directory, Dialect.BLOCKS, code("a"), code("# again\na"), text("It is 7."));
    bench.containers.cell("a", d -> printing(d, "7"));
    JsonNode end = bench.stream(ask("?").build());
    assertThat(bench.containers.ran).containsExactly("a");
    assertThat(itemTypes(end))
        .containsExactly("code_interpreter_call", "code_interpreter_call", "message");
    assertThat(end.at("/output/1/status").asString()).isEqualTo("incomplete");
    assertThat(end.at("/output/2/content/0/text").asString()).isEqualTo("It is 7.");
    assertThat(codes(bench.model.requests.getLast())).containsExactly("a");
    assertThat(bench.model.requests.getLast().transcript())
        .contains(new TranscriptEntry.Note(TurnText.ANSWER_NOW));
  }

  @Test
  void aModelThatInsistsOnTheSameCodeEndsTheTurnWithWhatThereIs() {
    bench = new TurnBench(directory, Dialect.BLOCKS, code("a"), code("a"), code("a"));
    bench.containers.cell("a", d -> printing(d, "7"));
    JsonNode end = bench.stream(ask("?").build());
    assertThat(bench.containers.ran).containsExactly("a");
    assertThat(end.path("status").asString()).isEqualTo("completed");
    assertThat(end.at("/output/3/content/0/text").asString())
        .contains("The last output was:", "7", "(Stopped: the model repeated code");
  }

  @Test
  void aSmallModelSeesOnlyTheLastFailure() {
    bench =
        new TurnBench(
            directory,
            Dialect.BLOCKS,
            code("good"),
            code("bad1"),
            code("bad2"),
            text("No."),
            text("No."));
    bench
        .containers
        .cell("good", d -> printing(d, "g"))
        .cell("bad1", this::failing)
        .cell("bad2", this::failing);
    bench.stream(ask("?").build());
    assertThat(codes(bench.model.requests.getLast())).containsExactly("good", "bad2");
  }

  private static List<String> codes(StepRequest request) {
    return request.transcript().stream()
        .filter(TranscriptEntry.PythonCall.class::isInstance)
        .map(e -> ((TranscriptEntry.PythonCall) e).code())
        .toList();
  }

  @Test
  void anAnswerAfterAFailureGoesBackWithTheCodeThatFailed() {
    bench =
        new TurnBench(
            directory, Dialect.BLOCKS, code("bad"), text("Done."), code("good"), text("Done."));
    bench.containers.cell("bad", this::failing).cell("good", d -> printing(d, "g"));
    assertThat(bench.stream(ask("?").build()).at("/output/2/content/0/text").asString())
        .isEqualTo("Done.");
    assertThat(codes(bench.model.requests.get(2))).containsExactly("bad");
    assertThat(codes(bench.model.requests.get(3))).containsExactly("good");
    assertThat(bench.model.requests.get(3).transcript())
        .doesNotContain(new TranscriptEntry.Note(TurnText.returned(GiveBack.UNREPAIRED)));
  }

  @Test
  void anAnswerWithoutTheChartThatWasAskedForGoesBackOnce() {
    bench =
        new TurnBench(
            directory,
            Dialect.BLOCKS,
            code("count"),
            text("The chart shows it."),
            code("plot"),
            text("Here it is."));
    bench
        .containers
        .cell("count", d -> printing(d, "g"))
        .cell(
            "plot",
            d -> {
              d.write("/mnt/data/chart.png");
              return printing(d, "g");
            });
    JsonNode end = bench.stream(ask("Plot it.").build());
    assertThat(bench.containers.ran).containsExactly("count", "plot");
    assertThat(end.at("/output/2/content/0/text").asString()).isEqualTo("Here it is.");
    assertThat(bench.model.requests.get(2).transcript())
        .contains(new TranscriptEntry.Note(TurnText.returned(GiveBack.NO_CHART)));
  }

  @Test
  void whereNoChartComesEvenThenTheAnswerGoesOut() {
    bench = new TurnBench(directory, Dialect.BLOCKS, text("A chart."), text("A chart."));
    assertThat(bench.stream(ask("Plot it.").build()).at("/output/0/content/0/text").asString())
        .isEqualTo("A chart.");
  }

  @Test
  void codeInPlaceOfAnAnswerAfterTheLastFailureBecomesASentence() {
    bench =
        new TurnBench(
            directory,
            new TurnLimits(6, 2, Duration.ofSeconds(30), 10_000, 6000, 50, 500),
            Dialect.BLOCKS,
            code("bad1"),
            code("bad2"),
            text("```python\nbad\n```"));
    bench.containers.cell("bad1", this::failing).cell("bad2", this::failing);
    assertThat(bench.stream(ask("?").build()).at("/output/2/content/0/text").asString())
        .contains("No answer was found: the code failed each time", "turn.max-failures")
        .doesNotContain("```python");
  }

  @Test
  void aShortOutputThatTheAnswerLeavesOutFollowsIt() {
    bench = new TurnBench(directory, Dialect.BLOCKS, code("a"), text("The mean is 44.8."));
    bench.containers.cell("a", d -> printing(d, "none: 13\nmean: 44.82"));
    assertThat(bench.stream(ask("?").build()).at("/output/1/content/0/text").asString())
        .isEqualTo("The mean is 44.8." + TurnText.added("none: 13\nmean: 44.82"));
  }

  @Test
  void emptyOutputIsAnsweredWithPrintIt() {
    bench = new TurnBench(directory, Dialect.BLOCKS, code("x = 1"), text("Nothing."));
    bench.containers.cell("x = 1", d -> Status.OK);
    bench.stream(ask("?").build());
    assertThat(lastResult()).isEqualTo(TurnText.NO_OUTPUT);
  }

  @Test
  void wrongFiguresGoBackOnceAndTheRightOnesGoOut() {
    bench =
        new TurnBench(
            directory, Dialect.BLOCKS, code("p"), text("It is 16289."), text("It is 16288."));
    bench.containers.cell("p", d -> printing(d, "16288"));
    JsonNode end = bench.stream(ask("?").build());
    assertThat(lastNote()).contains("16289");
    assertThat(end.path("output")).hasSize(2);
    assertThat(end.at("/output/1/content/0/text").asString()).isEqualTo("It is 16288.");
  }

  @Test
  void figuresThatStayWrongGoOutMarkedWithTheOutputBelow() {
    bench =
        new TurnBench(directory, Dialect.BLOCKS, code("p"), text("It is 77."), text("It is 78."));
    bench.containers.cell("p", d -> printing(d, "215/3"));
    String said = bench.stream(ask("?").build()).at("/output/1/content/0/text").asString();
    assertThat(said).startsWith("It is 78.").contains("Not found in the output", "215/3");
  }

  private static final String SAME_OF_BOTH =
      "A had the highest sum of 77, B had the highest sum of 99.";

  @Test
  void anAnswerThatCallsTwoTheHighestGoesBackOnce() {
    bench =
        new TurnBench(
            directory, Dialect.BLOCKS, code("p"), text(SAME_OF_BOTH), text("B: 99. A: 77."));
    bench.containers.cell("p", d -> printing(d, "A   77\nB   99"));
    String said = bench.stream(ask("?").build()).at("/output/1/content/0/text").asString();
    assertThat(lastNote()).contains("77, 99");
    assertThat(said).isEqualTo("B: 99. A: 77.");
  }

  @Test
  void anAnswerThatStaysContradictoryIsMarkedWithTheOutputBelow() {
    bench =
        new TurnBench(directory, Dialect.BLOCKS, code("p"), text(SAME_OF_BOTH), text(SAME_OF_BOTH));
    bench.containers.cell("p", d -> printing(d, "A   77\nB   99"));
    assertThat(bench.stream(ask("?").build()).at("/output/1/content/0/text").asString())
        .startsWith(SAME_OF_BOTH)
        .contains("contradicts itself", "A   77\nB   99");
  }

  @Test
  void aRepeatingAnswerIsCutAndSaysSo() {
    ScriptedSession.Step endless =
        (request, listener) -> {
          listener.onText("Well. ");
          IntStream.range(0, 100_000).forEach(i -> listener.onText("The total is large.\n"));
          throw new AssertionError("nobody stopped it");
        };
    bench = new TurnBench(directory, Dialect.BLOCKS, endless);
    String said = bench.stream(ask("?").build()).at("/output/0/content/0/text").asString();
    assertThat(said).isEqualTo("Well. The total is large.\n\n\n" + TurnText.CUT);
  }

  @Test
  void requiredCodeIsAskedForAgainWhenWordsCome() {
    bench = new TurnBench(directory, Dialect.BLOCKS, text("Hm."), code("a"), text("A."));
    bench.containers.cell("a", d -> printing(d, "A"));
    JsonNode end = bench.stream(ask("?").choice(PythonChoice.REQUIRED).build());
    assertThat(itemTypes(end)).containsExactly("code_interpreter_call", "message");
    assertThat(bench.model.requests.getLast().python()).isEqualTo(PythonChoice.AUTO);
  }

  private static Status printing(ScriptedContainers.Desk desk, String text) {
    desk.print(text);
    return Status.OK;
  }

  private Status failing(ScriptedContainers.Desk desk) {
    desk.raise("ZeroDivisionError", "division by zero");
    return Status.ERROR;
  }

  private String lastResult() {
    List<TranscriptEntry> shown = bench.model.requests.getLast().transcript();
    return ((TranscriptEntry.PythonResult) shown.getLast()).output();
  }

  private String lastNote() {
    List<TranscriptEntry> shown = bench.model.requests.getLast().transcript();
    return ((TranscriptEntry.Note) shown.getLast()).text();
  }

  private static List<String> itemTypes(JsonNode response) {
    return StreamSupport.stream(response.path("output").spliterator(), false)
        .map(i -> i.path("type").asString())
        .toList();
  }
}
