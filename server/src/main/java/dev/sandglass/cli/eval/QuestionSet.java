package dev.sandglass.cli.eval;

import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/**
 * A folder of questions with the values expected and the files they are about.
 *
 * @param expected by question id, then by the name of the check
 */
record QuestionSet(List<EvalQuestion> questions, Map<String, JsonNode> expected, Path files) {

  /** Reads {@code questions.json} and {@code expected.json}; every question must have values. */
  static QuestionSet load(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new SandglassException(
          Kind.INVALID, "There is no set of questions at " + folder + "; see eval/README.md.");
    }
    List<EvalQuestion> questions = read(folder.resolve("questions.json"), new TypeReference<>() {});
    Map<String, JsonNode> expected =
        read(folder.resolve("expected.json"), new TypeReference<>() {});
    for (EvalQuestion question : questions) {
      if (!expected.containsKey(question.id())) {
        throw new SandglassException(
            Kind.INVALID,
            "Question %s has no values in expected.json; run python expected.py in %s."
                .formatted(question.id(), folder));
      }
    }
    return new QuestionSet(questions, Map.copyOf(expected), folder.resolve("files"));
  }

  /** The same set with these questions only; an id that it does not have is an error. */
  QuestionSet only(Set<String> ids) {
    Map<String, EvalQuestion> byId = new LinkedHashMap<>();
    questions.forEach(question -> byId.put(question.id(), question));
    for (String id : ids) {
      if (!byId.containsKey(id)) {
        throw new SandglassException(Kind.INVALID, "There is no question " + id + " in this set.");
      }
    }
    byId.keySet().retainAll(ids);
    return new QuestionSet(List.copyOf(byId.values()), expected, files);
  }

  JsonNode expectedOf(EvalQuestion question) {
    JsonNode values = expected.get(question.id());
    if (values == null) {
      throw new IllegalStateException("no values for " + question.id());
    }
    return values;
  }

  private static <T> T read(Path file, TypeReference<T> type) {
    try {
      return Json.MAPPER.readValue(file, type);
    } catch (JacksonException e) {
      throw new SandglassException(
          Kind.INVALID, "%s cannot be read: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }
}
