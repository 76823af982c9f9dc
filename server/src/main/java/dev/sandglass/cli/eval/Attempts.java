package dev.sandglass.cli.eval;

import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tools.jackson.core.JacksonException;

/**
 * A run's attempts as a file of JSON lines, appended to as they come, so that a run cut short is
 * kept and any run can be judged again.
 */
record Attempts(Path file) {

  /** Appends one attempt; makes the folder when needed. */
  void add(Attempt attempt) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(
          file,
          Json.MAPPER.writeValueAsString(attempt) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new SandglassException(
          Kind.INTERNAL, "The answers cannot be kept in %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Reads all; a line that is no attempt is an error that names it. */
  List<Attempt> read() {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new SandglassException(
          Kind.INVALID, "%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    return java.util.stream.IntStream.range(0, lines.size())
        .filter(number -> !lines.get(number).isBlank())
        .mapToObj(number -> parse(lines.get(number), number + 1))
        .toList();
  }

  private Attempt parse(String line, int number) {
    try {
      return Json.MAPPER.readValue(line, Attempt.class);
    } catch (JacksonException e) {
      throw new SandglassException(
          Kind.INVALID,
          "Line %d of %s is no attempt: %s".formatted(number, file, e.getOriginalMessage()),
          e);
    }
  }
}
