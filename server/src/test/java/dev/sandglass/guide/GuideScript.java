package dev.sandglass.guide;

import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedModel.Received;
import dev.sandglass.testing.ScriptedReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Plays sdk-tests/guide/script.md: for each question its cells, then the answer. */
final class GuideScript {

  /** Code that a question brings along is run as it stands. */
  private static final String CELL = "[run this as it stands]\n";

  private static final String OUTPUT = "{output}";

  private record Entry(String phrase, List<String> cells, String answer) {}

  private final List<Entry> entries;

  private GuideScript(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  static ScriptedModel install(ScriptedModel model, Path file) throws IOException {
    GuideScript script = new GuideScript(parse(Files.readString(file)));
    return model.answers(script::reply);
  }

  private static List<Entry> parse(String text) {
    List<Entry> entries = new ArrayList<>();
    String[] sections = text.split("(?m)^## ");
    for (int i = 1; i < sections.length; i++) {
      String[] pieces = sections[i].split("(?m)^```(?:python)?\n");
      String phrase = sections[i].lines().findFirst().orElseThrow();
      List<String> cells = new ArrayList<>();
      for (int c = 1; c < pieces.length - 1; c += 2) {
        cells.add(pieces[c]);
      }
      String last = pieces[pieces.length - 1];
      String answer = cells.isEmpty() ? last.substring(phrase.length()) : last;
      entries.add(new Entry(phrase, cells, answer.strip()));
    }
    return entries;
  }

  private ScriptedReply reply(Received request) {
    List<String> results = new ArrayList<>();
    JsonNode messages = request.body().path("messages");
    for (int i = messages.size() - 1; i >= 0; i--) {
      JsonNode message = messages.get(i);
      switch (message.path("role").asString("")) {
        case "tool" -> results.addFirst(message.path("content").asString(""));
        case "user" -> {
          return reply(question(message), results);
        }
        default -> {}
      }
    }
    return ScriptedReply.error(500, "a request without a question");
  }

  private static String question(JsonNode message) {
    JsonNode content = message.path("content");
    return content.isString() ? content.asString("") : content.path(0).path("text").asString("");
  }

  private ScriptedReply reply(String question, List<String> results) {
    Entry entry = entry(question);
    if (results.size() < entry.cells().size()) {
      return ScriptedReply.code(entry.cells().get(results.size()));
    }
    String output = results.isEmpty() ? "" : results.getLast().strip();
    return ScriptedReply.text(entry.answer().replace(OUTPUT, output));
  }

  private Entry entry(String question) {
    int at = question.indexOf(CELL);
    if (at >= 0) {
      return new Entry("", List.of(question.substring(at + CELL.length())), "Run.");
    }
    return entries.stream()
        .filter(e -> question.contains(e.phrase()))
        .findFirst()
        .orElseGet(entries::getLast);
  }
}
