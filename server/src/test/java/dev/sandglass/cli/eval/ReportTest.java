package dev.sandglass.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.common.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  private static final Verdict SOLVED =
      new Verdict(new Attempt("a", "42", 1, 10.0, List.of(), null, List.of()), List.of());
  private static final Verdict WRONG =
      new Verdict(
          new Attempt("b", "It is\n\u001b[31m41", 4, 30.0, List.of(), null, List.of()),
          List.of("v is 42"));

  @Test
  void countsSharesAndMedians() {
    Score score = Score.of(List.of(SOLVED, WRONG, SOLVED));
    assertThat(score.solved()).isEqualTo(2);
    assertThat(score.medianSeconds()).isEqualTo(10.0);
    assertThat(score.meanSteps()).isEqualTo(2.0);
    assertThat(Score.of(List.of()).share()).isZero();
  }

  @Test
  void aWrongAnswerIsShownWithoutItsControlCharacters() {
    assertThat(Report.line(WRONG)).contains("WRONG", "v is 42", "It is [31m41");
    assertThat(Report.line(SOLVED)).doesNotContain("42");
  }

  @Test
  void markdownHasARowForEachQuestion() {
    assertThat(Report.markdown(List.of(SOLVED, WRONG)))
        .contains("| a | yes | 1 | 10.0 |", "| b | no | 4 | 30.0 | v is 42 |", "1 of 2 solved");
  }

  @Test
  void jsonCanBeReadAgain() {
    assertThat(Json.MAPPER.readTree(Report.json(List.of(WRONG))).at("/questions/0/lacks/0"))
        .hasToString("\"v is 42\"");
  }

  @Test
  void attemptsAreKeptAndReadAgain(@TempDir Path folder) throws Exception {
    Attempts kept = new Attempts(folder.resolve("runs/one.jsonl"));
    Attempt attempt =
        new Attempt(
            "a",
            "x",
            2,
            1.5,
            List.of(new Produced("t.csv", "1,2", false, 0, 0)),
            "failed",
            List.of());
    kept.add(attempt);
    kept.add(WRONG.attempt());
    assertThat(kept.read()).containsExactly(attempt, WRONG.attempt());
    Files.writeString(kept.file(), "{");
    assertThatThrownBy(kept::read).hasMessageContaining("Line 1");
  }

  @Test
  void readsAResponse() {
    var response =
        Json.MAPPER.readTree(
            """
            {"output": [
              {"type": "code_interpreter_call", "container_id": "cntr_1", "outputs": [
                {"type": "logs", "logs": "1"},
                {"type": "image", "url": "data:image/png;base64,iVBORw0KGgo="}]},
              {"type": "message", "content": [{"type": "output_text", "text": "One.",
                "annotations": [{"type": "container_file_citation", "container_id": "cntr_1",
                  "file_id": "cfile_1", "filename": "a.csv"}]}]}]}
            """);
    assertThat(Reading.text(response)).isEqualTo("One.");
    assertThat(Reading.cells(response)).hasSize(1);
    assertThat(Reading.containers(response)).containsExactly("cntr_1");
    assertThat(Reading.cited(response))
        .containsExactly(new Reading.Cited("cntr_1", "cfile_1", "a.csv"));
    assertThat(Reading.shown(response)).hasSize(1);
  }
}
