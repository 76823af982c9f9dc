package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.common.Json;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.model.TranscriptEntry.PythonCall;
import dev.sandglass.model.TranscriptEntry.PythonResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FittingTest {

  private static final int CONTEXT = 8192;

  private static final TranscriptEntry QUESTION =
      new TranscriptEntry.User(List.of(new TranscriptEntry.Part.Text("How many?")));

  @Test
  void whatFitsStaysAsItIs() {
    List<TranscriptEntry> all = List.of(QUESTION, call(1), result(1, "12"));
    assertThat(fit(all)).isEqualTo(all);
  }

  @Test
  void manyDigitsCountAsManyTokens() {
    assertThat(Tokens.of("1234567")).isEqualTo(7);
    assertThat(Tokens.of("abcdefg")).isEqualTo(2);
  }

  /** Seen: a model that printed tables of numbers until its server refused the request. */
  @Test
  void resultsOfTheTurnItselfAreCutTheLastOneLast() {
    List<TranscriptEntry> all = new ArrayList<>(List.of(QUESTION));
    for (int i = 0; i < 4; i++) {
      all.add(call(i));
      all.add(result(i, "1234.5678 ".repeat(200)));
    }
    List<TranscriptEntry> fitted = fit(all);
    assertThat(fitted).hasSameSizeAs(all).startsWith(QUESTION).endsWith(all.getLast());
    assertThat(((PythonResult) fitted.get(2)).output()).hasSizeLessThan(400).endsWith("…");
  }

  @Test
  void earlierTurnsGoBeforeThisOne() {
    List<TranscriptEntry> all = new ArrayList<>();
    IntStream.range(0, 50)
        .forEach(i -> {
          all.add(QUESTION);
          all.add(new TranscriptEntry.Assistant("word ".repeat(300)));
        });
    all.add(QUESTION);
    all.add(call(1));
    assertThat(fit(all)).hasSizeLessThan(60).endsWith(QUESTION, all.getLast());
  }

  private static List<TranscriptEntry> fit(List<TranscriptEntry> all) {
    return Fitting.fit(
        new StepRequest(
            null, all, PythonChoice.AUTO, null, null, null, Json.MAPPER.createObjectNode()),
        CONTEXT,
        Prompts.BLOCKS);
  }

  private static PythonCall call(int i) {
    return new PythonCall("call_" + i, "", "print(" + i + ")");
  }

  private static PythonResult result(int i, String output) {
    return new PythonResult("call_" + i, output, false, List.of());
  }
}
