package dev.sandglass.responses;

import static dev.sandglass.responses.ScriptedSession.code;
import static dev.sandglass.responses.ScriptedSession.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.common.Json;
import dev.sandglass.config.Edition;
import dev.sandglass.model.Dialect;
import dev.sandglass.model.TranscriptEntry;
import dev.sandglass.sandbox.CellResult.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code choices}, {@code tool_outputs}, and what a message given back stands for. */
@SuppressWarnings("NullAway.Init") // each test opens its own bench
class RepliesTest {

  @TempDir Path directory;
  private TurnBench bench;

  @AfterEach
  void close() {
    bench.close();
  }

  private void open(ScriptedSession.Step... steps) {
    bench = new TurnBench(directory, Dialect.TOOLS, steps);
    bench.containers.cell(
        "x = 1",
        d -> {
          d.print("set\n");
          d.write("/mnt/data/x.txt");
          d.figure(new byte[] {1});
          return Status.OK;
        });
    bench.containers.cell(
        "bad",
        d -> {
          d.raise("KeyError", "'x'");
          return Status.ERROR;
        });
  }

  @Test
  void theAnswerIsInChoicesAndEachCellInToolOutputs() {
    open(code("bad"), code("x = 1"), text("Done."));
    JsonNode end = bench.stream(TurnBench.ask("Q1").include().build());
    assertThat(end.at("/choices/0/message/role").asString()).isEqualTo("assistant");
    assertThat(end.at("/choices/0/message/content").asString()).isEqualTo("Done.");
    assertThat(end.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    assertThat(end.at("/tool_outputs")).hasSize(2);
    assertThat(end.at("/tool_outputs/0/error").asString()).isEqualTo("KeyError: 'x'");
    assertThat(end.at("/tool_outputs/0/files")).isEmpty();
    assertThat(end.at("/tool_outputs/1/error").isNull()).isTrue();
    assertThat(end.at("/tool_outputs/1/logs").asString()).isEqualTo("set\n");
    assertThat(end.at("/tool_outputs/1/files/0/filename").asString()).isEqualTo("x.txt");
    assertThat(end.at("/tool_outputs/1/files")).hasSize(2);
    assertThat(end.toString()).doesNotContain("sandglass_");
  }

  @Test
  void withoutCellsToolOutputsIsAnEmptyList() {
    open(text("Hello."));
    JsonNode end = bench.stream(TurnBench.ask("Hi").build());
    assertThat(end.path("tool_outputs").isArray()).isTrue();
    assertThat(end.path("tool_outputs")).isEmpty();
    assertThat(bench.events.getFirst().at("/response/tool_outputs").isArray()).isTrue();
  }

  @Test
  void theHostedServicesEditionHasNeither() {
    open(text("Hello."));
    JsonNode end = bench.stream(TurnBench.ask("Hi").edition(Edition.OPENAI).build());
    assertThat(end.has("choices")).isFalse();
    assertThat(end.has("tool_outputs")).isFalse();
  }

  @Test
  void aRetrievedResponseHasThemToo() {
    open(code("x = 1"), text("Done."));
    JsonNode end = bench.stream(TurnBench.ask("Q1").build());
    ObjectNode found = bench.stored(end.path("id").asString());
    assertThat(found.path("choices")).isEqualTo(end.path("choices"));
    assertThat(found.path("tool_outputs")).isEqualTo(end.path("tool_outputs"));
  }

  @Test
  void aMessageGivenBackAloneStandsForItsWholeConversation() {
    open(code("x = 1"), text("One."), text("Two."), text("Three."));
    JsonNode first = bench.stream(TurnBench.ask("Q1").build());
    JsonNode second = bench.stream(given(first).item(user("Q2")).build());
    bench.stream(given(second).item(user("Q3")).build());
    assertThat(shown()).containsExactly("Q1", "x = 1", "One.", "Q2", "Two.", "Q3");
    assertThat(bench.containers.created).hasSize(1);
  }

  @Test
  void withItsQuestionBeforeItItStandsForItsOwnOutput() {
    open(code("x = 1"), text("One."), text("Two."), text("Three."));
    JsonNode first = bench.stream(TurnBench.ask("Q1").build());
    JsonNode second = bench.stream(TurnBench.ask("Q1").item(reply(first)).item(user("Q2")).build());
    bench.stream(
        TurnBench.ask("Q1")
            .item(reply(first))
            .item(user("Q2"))
            .item(reply(second))
            .item(user("Q3"))
            .build());
    assertThat(shown()).containsExactly("Q1", "x = 1", "One.", "Q2", "Two.", "Q3");
  }

  @Test
  void nothingCountsTwiceWithPreviousResponseIdBesides() {
    open(code("x = 1"), text("One."), text("Two."));
    JsonNode first = bench.stream(TurnBench.ask("Q1").build());
    bench.stream(given(first).item(user("Q2")).after(first.path("id").asString()).build());
    assertThat(shown()).containsExactly("Q1", "x = 1", "One.", "Q2");
  }

  @Test
  void aMessageWhoseResponseIsNotStoredStillFindsItsContainer() {
    open(code("x = 1"), text("One."), code("x = 1"), text("Two."));
    JsonNode first = bench.stream(TurnBench.ask("Q1").notStored().build());
    JsonNode second = bench.stream(given(first).item(user("Q2")).build());
    assertThat(shown()).startsWith("One.", "Q2");
    assertThat(second.at("/tool_outputs/0/container_id").asString())
        .isEqualTo(first.at("/tool_outputs/0/container_id").asString());
  }

  @Test
  void wordsThatTheClientChangedAreItsOwn() {
    open(code("x = 1"), text("One."), text("Two."));
    JsonNode first = bench.stream(TurnBench.ask("Q1").build());
    ObjectNode changed = (ObjectNode) Json.MAPPER.readTree(reply(first));
    ((ObjectNode) changed.at("/content/0")).put("text", "Uno.");
    bench.stream(TurnBench.empty().item(changed.toString()).item(user("Q2")).build());
    assertThat(shown()).containsExactly("Q1", "x = 1", "Uno.", "Q2");
  }

  private static TurnBench.Ask given(JsonNode response) {
    return TurnBench.empty().item(reply(response));
  }

  /** {@code choices[0].message} in the normal form that the API's parser gives it. */
  private static String reply(JsonNode response) {
    JsonNode message = response.at("/choices/0/message");
    ObjectNode item = Json.MAPPER.createObjectNode();
    item.put("type", "message").put("id", "msg_back").put("role", "assistant");
    item.putArray("content")
        .addObject()
        .put("type", "output_text")
        .put("text", message.path("content").asString());
    ObjectNode belongs = item.putObject(ItemReader.REPLY);
    belongs.set("response_id", message.path("response_id"));
    belongs.set("container_id", message.path("container_id"));
    return item.toString();
  }

  private static String user(String text) {
    return """
    {"type":"message","id":"msg_in","role":"user","content":[{"type":"input_text","text":"%s"}]}
    """
        .formatted(text);
  }

  /** What the model was shown last, words and code. */
  private List<String> shown() {
    return bench.model.requests.getLast().transcript().stream()
        .flatMap(RepliesTest::words)
        .toList();
  }

  private static java.util.stream.Stream<String> words(TranscriptEntry entry) {
    return switch (entry) {
      case TranscriptEntry.User u ->
          u.parts().stream()
              .filter(TranscriptEntry.Part.Text.class::isInstance)
              .map(p -> ((TranscriptEntry.Part.Text) p).text());
      case TranscriptEntry.Assistant a -> java.util.stream.Stream.of(a.text());
      case TranscriptEntry.PythonCall c -> java.util.stream.Stream.of(c.code());
      default -> java.util.stream.Stream.of();
    };
  }
}
