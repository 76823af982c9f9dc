package dev.sandglass.cli.eval;

import dev.sandglass.common.Json;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A run's verdicts as lines for a terminal, as a Markdown table for docs/eval.md, or as JSON. */
final class Report {

  private static final int EXCERPT = 160;

  private Report() {}

  /**
   * One line for the terminal, with what is wrong and how the answer begins if it is not solved.
   */
  static String line(Verdict verdict) {
    Attempt attempt = verdict.attempt();
    String head =
        String.format(
            Locale.ROOT,
            "%-24s %-6s %2d steps %6.1f s",
            attempt.id(),
            verdict.solved() ? "solved" : "WRONG",
            attempt.steps(),
            attempt.seconds());
    if (verdict.solved()) {
      return head;
    }
    String wrong = head + "  " + String.join("; ", verdict.faults());
    return attempt.answer().isBlank() ? wrong : wrong + "\n    " + excerpt(attempt.answer());
  }

  static String total(Score score) {
    return String.format(
        Locale.ROOT,
        "%d of %d solved (%.0f %%); steps mean %.1f, median %.0f; seconds mean %.1f, median %.1f",
        score.solved(),
        score.questions(),
        score.share() * 100,
        score.meanSteps(),
        score.medianSteps(),
        score.meanSeconds(),
        score.medianSeconds());
  }

  static String markdown(List<Verdict> verdicts) {
    StringBuilder table = new StringBuilder("| question | solved | steps | seconds | lacks |\n");
    table.append("| --- | --- | ---: | ---: | --- |\n");
    for (Verdict verdict : verdicts) {
      Attempt attempt = verdict.attempt();
      String lacks = excerpt(String.join("; ", verdict.faults())).replace("|", "\\|");
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %d | %.1f | %s |%n",
              attempt.id(),
              verdict.solved() ? "yes" : "no",
              attempt.steps(),
              attempt.seconds(),
              lacks));
    }
    return table.append('\n').append(total(Score.of(verdicts))).append('\n').toString();
  }

  static String json(List<Verdict> verdicts) {
    ObjectNode document = Json.MAPPER.createObjectNode();
    document.set("total", Json.MAPPER.valueToTree(Score.of(verdicts)));
    ArrayNode rows = document.putArray("questions");
    for (Verdict verdict : verdicts) {
      ObjectNode row = rows.addObject();
      row.put("id", verdict.attempt().id()).put("solved", verdict.solved());
      row.put("steps", verdict.attempt().steps()).put("seconds", verdict.attempt().seconds());
      row.set("lacks", Json.MAPPER.valueToTree(verdict.faults()));
      row.put("answer", verdict.attempt().answer());
    }
    return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document);
  }

  private static String excerpt(String text) {
    String line = text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
    return line.length() <= EXCERPT ? line : line.substring(0, EXCERPT) + " …";
  }
}
