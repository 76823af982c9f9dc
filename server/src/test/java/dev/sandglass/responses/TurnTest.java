package dev.sandglass.responses;

import static dev.sandglass.responses.ScriptedSession.code;
import static dev.sandglass.responses.ScriptedSession.codeAfter;
import static dev.sandglass.responses.ScriptedSession.text;
import static dev.sandglass.responses.TurnBench.PROJECT;
import static dev.sandglass.responses.TurnBench.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Edition;
import dev.sandglass.model.Dialect;
import dev.sandglass.model.ModelStep.Finish;
import dev.sandglass.model.StepRequest;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.model.TranscriptEntry;
import dev.sandglass.model.UpstreamException;
import dev.sandglass.sandbox.CellResult.Status;
import dev.sandglass.store.PageRequest;
import dev.sandglass.testing.Validated;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TurnTest {

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
  void anAnswerInWordsIsOneMessage() {
    bench = new TurnBench(directory, Dialect.TOOLS, text("Hello there."));
    JsonNode end = bench.stream(ask("Hi").build());
    assertThat(end.at("/output/0/content/0/text").asString()).isEqualTo("Hello there.");
    assertThat(end.at("/usage/total_tokens").asInt()).isEqualTo(15);
    assertThat(end.at("/status").asString()).isEqualTo("completed");
    assertThat(bench.containers.created).as("no code, no container").isEmpty();
  }

  @Test
  void codeIsRunAndItsOutputShownToModelAndClient() {
    bench = new TurnBench(directory, Dialect.TOOLS, code("print(6*7)"), text("It is 42."));
    bench.containers.cell("print(6*7)", d -> printing(d, "42\n"));
    JsonNode end = bench.stream(ask("6*7?").build());
    assertThat(end.at("/output/0/outputs/0/logs").asString()).isEqualTo("42\n");
    assertThat(end.at("/output/1/content/0/text").asString()).isEqualTo("It is 42.");
    assertThat(lastResult()).isEqualTo("42");
    assertThat(bench.containers.created).hasSize(1);
    assertThat(end.at("/output/0/container_id").asString())
        .isEqualTo(bench.containers.created.getFirst());
  }

  @Test
  void outputsAreNullUnlessAskedFor() {
    bench = new TurnBench(directory, Dialect.TOOLS, code("1"), text("One."));
    bench.containers.cell("1", d -> printing(d, "1"));
    JsonNode end = bench.stream(ask("?").include().build());
    assertThat(end.at("/output/0/outputs").isNull()).isTrue();
    JsonNode later = bench.stored(end.path("id").asString(), Include.OUTPUTS);
    assertThat(later.at("/output/0/outputs/0/logs").asString()).isEqualTo("1");
    assertThat(later.toString()).doesNotContain(ItemView.SEEN);
  }

  @Test
  void cellOutputReachesOnlyAClientThatAskedForIt() {
    bench = new TurnBench(directory, Dialect.TOOLS, code("1"), text("a"), code("1"), text("b"));
    bench.containers.cell("1", d -> printing(d, "x"));
    bench.stream(ask("?").build());
    assertThat(types()).noneMatch(t -> t.startsWith("sandglass."));
    bench.stream(ask("?").include(Include.CELL_OUTPUT).build());
    assertThat(types()).contains("sandglass.cell_output.delta");
  }

  @Test
  void parallelCallsRunInOrderAsSeparateItems() {
    bench = new TurnBench(directory, Dialect.TOOLS, code("a", "b"), text("Both."));
    bench.containers.cell("a", d -> printing(d, "A")).cell("b", d -> printing(d, "B"));
    JsonNode end = bench.stream(ask("?").build());
    assertThat(end.path("output")).hasSize(3);
    assertThat(end.at("/output/1/code").asString()).isEqualTo("b");
    assertThat(end.at("/output/1/outputs/0/logs").asString()).isEqualTo("B");
  }

  @Test
  void wordsBeforeCodeAreAMessageOfTheirOwn() {
    bench =
        new TurnBench(
            directory, Dialect.TOOLS, codeAfter("Let me see.", Finish.STOP, "a"), text("Done."));
    bench.containers.cell("a", d -> printing(d, "A"));
    JsonNode end = bench.stream(ask("?").build());
    assertThat(itemTypes(end)).containsExactly("message", "code_interpreter_call", "message");
  }

  @Test
  void linksDisplayedImagesAndOtherFilesAreCitedInThisOrder() {
    String answer = "Grüße 📈 [chart](sandbox:/mnt/data/my chart (2).png).";
    bench = new TurnBench(directory, Dialect.TOOLS, code("plot"), text(answer));
    bench.containers.cell(
        "plot",
        d -> {
          d.figure(PNG);
          d.write("/mnt/data/my chart (2).png");
          d.write("/mnt/data/sub/table.csv");
          return Status.OK;
        });
    JsonNode end = bench.stream(ask("?").build());
    JsonNode annotations = end.at("/output/1/content/0/annotations");
    assertThat(annotations).hasSize(3);
    assertThat(annotations.at("/0/filename").asString()).matches("cfile_[0-9a-f]{32}\\.png");
    assertThat(annotations.at("/0/end_index").asInt()).isZero();
    assertThat(annotations.at("/1/filename").asString()).isEqualTo("table.csv");
    assertThat(annotations.at("/1/end_index").asInt()).isZero();
    assertThat(annotations.at("/2/filename").asString()).isEqualTo("my chart (2).png");
    assertThat(cited(answer, annotations.get(2))).isEqualTo("sandbox:/mnt/data/my chart (2).png");
    assertThat(end.at("/output/0/outputs/0/url").asString()).startsWith("data:image/png;base64,");
  }

  @Test
  void aLinkToAFileThatDoesNotExistGoesBackOnceThenStaysText() {
    String link = "[x](sandbox:/mnt/data/none.csv)";
    bench = new TurnBench(directory, Dialect.TOOLS, text("Here: " + link), text("it is " + link));
    JsonNode end = bench.stream(ask("?").build());
    assertThat(bench.model.requests).hasSize(2);
    assertThat(lastNote()).contains("/mnt/data/none.csv");
    assertThat(end.at("/output/0/content/0/text").asString()).isEqualTo("Here: ");
    assertThat(end.at("/output/1/content/0/text").asString()).isEqualTo("it is " + link);
    assertThat(end.at("/output/1/content/0/annotations")).isEmpty();
  }

  @Test
  void anExceptionIsACompletedCallWithItsTraceback() {
    bench = new TurnBench(directory, Dialect.TOOLS, code("1/0"), text("It can't be done."));
    bench.containers.cell("1/0", this::failing);
    JsonNode end = bench.stream(ask("?").build());
    assertThat(end.at("/output/0/status").asString()).isEqualTo("completed");
    assertThat(end.at("/output/0/outputs/0/logs").asString()).startsWith("Traceback");
    assertThat(lastResult()).isEqualTo("ZeroDivisionError: division by zero");
  }

  @Test
  void aCellThatIsTooSlowIsAFailedCall() {
    bench = new TurnBench(directory, Dialect.TOOLS, code("loop"), text("Too slow."));
    bench.containers.cell("loop", d -> Status.TIMEOUT);
    JsonNode end = bench.stream(ask("?").build());
    assertThat(end.at("/output/0/status").asString()).isEqualTo("failed");
    assertThat(end.at("/output/0/outputs/0/logs").asString()).contains("60 s");
    assertThat(types()).doesNotContain("response.code_interpreter_call.completed");
  }

  @Test
  void theTokenLimitMakesTheResponseIncomplete() {
    bench = new TurnBench(directory, Dialect.TOOLS, text("It is", Finish.LENGTH));
    JsonNode end = bench.stream(ask("?").maxTokens(16).build());
    assertThat(end.path("status").asString()).isEqualTo("incomplete");
    assertThat(end.at("/incomplete_details/reason").asString()).isEqualTo("max_output_tokens");
    assertThat(end.at("/output/0/status").asString()).isEqualTo("incomplete");
    assertThat(end.path("completed_at").isNull()).isTrue();
  }

  @Test
  void codeThatTheTokenLimitCutIsNotRun() {
    bench = new TurnBench(directory, Dialect.TOOLS, codeAfter("", Finish.LENGTH, "print("));
    JsonNode end = bench.stream(ask("?").build());
    assertThat(bench.containers.ran).isEmpty();
    assertThat(end.at("/output/0/status").asString()).isEqualTo("incomplete");
  }

  @Test
  void theLastStepMustConcludeAndSaysSo() {
    bench =
        new TurnBench(
            directory,
            new TurnLimits(2, 5, Duration.ofSeconds(30), 1000, 1000, 50, 500),
            Dialect.TOOLS,
            code("a"),
            text("So far A."));
    bench.containers.cell("a", d -> printing(d, "A"));
    JsonNode end = bench.stream(ask("?").build());
    assertThat(bench.model.requests.getLast().python()).isEqualTo(PythonChoice.NONE);
    assertThat(end.path("status").asString()).isEqualTo("completed");
    assertThat(end.at("/output/1/content/0/text").asString())
        .startsWith("So far A.")
        .endsWith("(Stopped after 2 steps, the most that one turn may take: `turn.max-steps`.)");
  }

  @Test
  void theTimeLimitEndsTheTurnWithWhatThereIs() {
    bench =
        new TurnBench(
            directory,
            new TurnLimits(9, 5, Duration.ofMillis(200), 1000, 1000, 50, 500),
            Dialect.TOOLS,
            code("a"),
            (request, listener) -> {
              new CountDownLatch(1).await();
              throw new AssertionError();
            });
    bench.containers.cell("a", d -> printing(d, "A lot"));
    JsonNode end = bench.stream(ask("?").build());
    assertThat(end.path("status").asString()).isEqualTo("completed");
    assertThat(end.at("/output/1/content/0/text").asString())
        .contains("A lot")
        .endsWith("`turn.max-time`.)");
  }

  @Test
  void noMoreCallsThanAllowed() {
    bench = new TurnBench(directory, Dialect.TOOLS, code("a", "b"), text("Done."));
    bench.containers.cell("a", d -> printing(d, "A"));
    JsonNode end = bench.stream(ask("?").maxCalls(1).build());
    assertThat(bench.containers.ran).containsExactly("a");
    assertThat(itemTypes(end)).containsExactly("code_interpreter_call", "message");
    assertThat(bench.model.requests.getLast().python()).isEqualTo(PythonChoice.NONE);
  }

  @Test
  void aFollowUpSharesContainerAndContext() {
    bench =
        new TurnBench(directory, Dialect.TOOLS, code("x=1"), text("Set."), code("x"), text("One."));
    bench.containers.cell("x=1", d -> printing(d, "set")).cell("x", d -> printing(d, "1"));
    JsonNode first = bench.stream(ask("Set x").build());
    bench.stream(ask("What is x?").after(first.path("id").asString()).build());
    assertThat(bench.containers.created).hasSize(1);
    assertThat(bench.model.requests.getLast().transcript())
        .extracting(e -> e.getClass().getSimpleName())
        .containsExactly(
            "User",
            "PythonCall",
            "PythonResult",
            "Assistant",
            "User",
            "PythonCall",
            "PythonResult");
  }

  @Test
  void anExpiredContainerOfTheContextIsReplaced() {
    bench = new TurnBench(directory, Dialect.TOOLS, code("a"), text("1"), code("a"), text("2"));
    bench.containers.cell("a", d -> printing(d, "A"));
    JsonNode first = bench.stream(ask("?").build());
    bench.containers.dead.addAll(bench.containers.created);
    bench.stream(ask("?").after(first.path("id").asString()).build());
    assertThat(bench.containers.created).hasSize(2);
  }

  @Test
  void aReplayedCallSelectsTheContainer() {
    bench = new TurnBench(directory, Dialect.TOOLS, code("a"), text("1"), code("a"), text("2"));
    bench.containers.cell("a", d -> printing(d, "A"));
    JsonNode first = bench.stream(ask("?").notStored().build());
    bench.stream(ask("?").item(first.at("/output/0").toString()).build());
    assertThat(bench.containers.created).hasSize(1);
  }

  @Test
  void filesOfTheRequestAreCopiedAndTheirCardsStandBeforeTheQuestion() {
    bench = new TurnBench(directory, Dialect.TOOLS, text("A table."));
    bench.containers.files.add("file-1");
    bench.containers.cards.add(
        new dev.sandglass.container.FileCard("/mnt/data/a.csv", "a.csv: 3 rows"));
    bench.stream(ask("What?").tool(new CodeInterpreter.Auto(List.of("file-1"))).build());
    assertThat(bench.containers.copied).containsExactly("file-1");
    assertThat(bench.model.requests.getFirst().transcript())
        .extracting(e -> e.getClass().getSimpleName())
        .containsExactly("Files", "User");
  }

  @Test
  void aFileThatDoesNotExistIsRefusedBeforeAnythingBegins() {
    bench = new TurnBench(directory, Dialect.TOOLS);
    ResponseRequest request = ask("?").tool(new CodeInterpreter.Auto(List.of("file-none"))).build();
    assertThatThrownBy(() -> bench.responses.prepare(PROJECT, null, request))
        .isInstanceOf(SandglassException.class)
        .hasMessageContaining("file-none");
    assertThat(bench.containers.created).isEmpty();
  }

  @Test
  void anUnknownPreviousResponseIs400() {
    bench = new TurnBench(directory, Dialect.TOOLS);
    assertThatThrownBy(
            () -> bench.responses.prepare(PROJECT, null, ask("?").after("resp_none").build()))
        .hasMessage("Previous response with id 'resp_none' not found.")
        .extracting("code", "param")
        .containsExactly("previous_response_not_found", "previous_response_id");
  }

  @Test
  void aFailingModelEndsAStreamWithAFailedResponse() {
    bench = new TurnBench(directory, Dialect.TOOLS, TurnTest::down);
    JsonNode end = bench.stream(ask("?").build());
    assertThat(end.path("status").asString()).isEqualTo("failed");
    assertThat(end.at("/error/code").asString()).isEqualTo("server_error");
    assertThat(end.at("/error/message").asString()).contains("is down");
  }

  @Test
  void aStreamWhoseResponseCannotBeStoredEndsWithAnErrorAndAFailedResponse() {
    bench = new TurnBench(directory, Dialect.TOOLS, code("a"), text("A."));
    bench.containers.cell(
        "a",
        d -> {
          bench.database.write(h -> h.execute("DROP TABLE response"));
          return printing(d, "A");
        });
    Turn turn = bench.responses.prepare(PROJECT, null, ask("?").build());
    assertThatThrownBy(() -> turn.run(bench.events::add)).isInstanceOf(RuntimeException.class);
    bench.events.forEach(event -> Validated.event(event.toString()));
    assertThat(types()).endsWith("error", "response.failed");
    assertThat(bench.events.getLast().at("/response/error/message").asString()).contains(turn.id());
  }

  @Test
  void aFailingModelIsAnExceptionWithoutAStream() {
    bench = new TurnBench(directory, Dialect.TOOLS, TurnTest::down);
    Turn turn = bench.responses.prepare(PROJECT, null, ask("?").notStreamed().build());
    assertThatThrownBy(() -> turn.run(EventSink.NONE)).hasMessageContaining("is down");
  }

  @Test
  void aClientThatHangsUpEndsModelAndCell() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    bench = new TurnBench(directory, Dialect.TOOLS, code("sleep"));
    bench.containers.cell(
        "sleep",
        d -> {
          running.countDown();
          new CountDownLatch(1).await();
          return Status.OK;
        });
    Turn turn = bench.responses.prepare(PROJECT, null, ask("?").build());
    Thread thread = Thread.ofVirtual().start(() -> turn.run(e -> {}));
    running.await();
    turn.clientGone();
    assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
    JsonNode stored = bench.stored(turn.id());
    assertThat(stored.path("status").asString()).isEqualTo("cancelled");
    assertThat(stored.at("/output/0/status").asString()).isEqualTo("incomplete");
  }

  @Test
  void aStoppingServerEndsStreamsWithATerminalEvent() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    bench =
        new TurnBench(
            directory,
            Dialect.TOOLS,
            (request, listener) -> {
              listener.onText("Let me ");
              running.countDown();
              new CountDownLatch(1).await();
              throw new AssertionError();
            });
    Turn turn = bench.responses.prepare(PROJECT, null, ask("?").build());
    Thread thread = Thread.ofVirtual().start(() -> turn.run(bench.events::add));
    running.await();
    bench.responses.close();
    assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
    JsonNode end = EventOrder.check(bench.events);
    assertThat(end.at("/error/message").asString()).contains("stopping");
  }

  @Test
  void aStoredResponseIsFoundListedAndDeleted() {
    bench = new TurnBench(directory, Dialect.TOOLS, text("Hello."));
    JsonNode end = bench.stream(ask("Hi").build());
    String id = end.path("id").asString();
    assertThat(bench.stored(id, Include.OUTPUTS)).hasToString(end.toString());
    var items = bench.responses.inputItems(PROJECT, id, new PageRequest(20, true, null), Set.of());
    items.data().forEach(item -> Validated.object(item.toString()));
    assertThat(items.data()).hasSize(1);
    assertThat(items.data().getFirst().at("/content/0/text").asString()).isEqualTo("Hi");
    assertThatThrownBy(() -> bench.responses.get("proj_other", id, Set.of(), Edition.GUIDE))
        .hasMessageContaining("not found");
    bench.responses.delete(PROJECT, id);
    assertThatThrownBy(() -> bench.responses.get(PROJECT, id, Set.of(), Edition.GUIDE))
        .hasMessage("Response with id '" + id + "' not found.");
  }

  @Test
  void withStoreFalseNothingIsKept() {
    bench = new TurnBench(directory, Dialect.TOOLS, text("Hello."));
    String id = bench.stream(ask("Hi").notStored().build()).path("id").asString();
    assertThatThrownBy(() -> bench.responses.get(PROJECT, id, Set.of(), Edition.GUIDE))
        .hasMessageContaining("not found");
  }

  private static dev.sandglass.model.ModelStep down(
      StepRequest request, dev.sandglass.model.StepListener listener) {
    throw new UpstreamException(Kind.UPSTREAM, "The model's endpoint is down.", true, null);
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

  private List<String> types() {
    return bench.events.stream().map(e -> e.path("type").asString()).toList();
  }

  private static List<String> itemTypes(JsonNode response) {
    return StreamSupport.stream(response.path("output").spliterator(), false)
        .map(i -> i.path("type").asString())
        .toList();
  }

  private static String cited(String text, JsonNode annotation) {
    return text.substring(
        text.offsetByCodePoints(0, annotation.path("start_index").asInt()),
        text.offsetByCodePoints(0, annotation.path("end_index").asInt()));
  }
}
