package dev.sandglass.responses;

import dev.sandglass.container.CellOutcome;
import dev.sandglass.container.ContainerFile;
import dev.sandglass.sandbox.CellResult.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Writes what a model is shown of a cell: its output shortened, a short error, the files. Pure. */
final class SeenOutput {

  private static final int MOST_FILES = 20;

  private SeenOutput() {}

  static String of(OutputAssembler out, CellOutcome outcome, UnaryOperator<String> shorten) {
    List<String> parts = new ArrayList<>();
    if (!out.printed().isBlank()) {
      parts.add(shorten.apply(out.printed().stripTrailing()));
    }
    String error = out.error();
    if (error != null) {
      parts.add(shorten.apply(error.strip()));
    }
    if (!out.pngs().isEmpty()) {
      parts.add("(Images shown to the user: " + out.pngs().size() + ")");
    }
    if (!outcome.changed().isEmpty()) {
      parts.add("(Files written: " + names(outcome.changed()) + ")");
    }
    if (!outcome.deletedPaths().isEmpty()) {
      parts.add("(Files deleted: " + few(outcome.deletedPaths()) + ")");
    }
    if (out.printed().isBlank() && error == null && outcome.result().status() == Status.OK) {
      // A chart or a file tells a model nothing: without figures it makes them up.
      parts.add(TurnText.NO_OUTPUT);
    }
    return String.join("\n", parts);
  }

  private static String names(List<ContainerFile> files) {
    return few(files.stream().map(ContainerFile::path).toList());
  }

  private static String few(List<String> paths) {
    String some = paths.stream().limit(MOST_FILES).collect(Collectors.joining(", "));
    return paths.size() > MOST_FILES
        ? some + " and " + (paths.size() - MOST_FILES) + " more"
        : some;
  }
}
