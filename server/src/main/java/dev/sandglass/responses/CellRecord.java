package dev.sandglass.responses;

import dev.sandglass.container.CellOutcome;
import dev.sandglass.container.ContainerFile;
import dev.sandglass.sandbox.CellResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is kept of a cell that has ended.
 *
 * @param outputs for clients, whole
 * @param seen what the model is shown
 * @param report what clients of the guide are told
 */
record CellRecord(CallItem.End end, List<ObjectNode> outputs, String seen, CallReport report) {

  /**
   * @param images keeps an image that was displayed
   * @param shorten cuts a text to what a model is shown
   */
  static CellRecord of(
      OutputAssembler out,
      CellOutcome outcome,
      Function<byte[], ContainerFile> images,
      UnaryOperator<String> shorten) {
    out.end(outcome.result(), TurnText.verdict(outcome.result()));
    outcome.notes().forEach(out::note);
    List<ContainerFile> made = new ArrayList<>(outcome.changed());
    out.pngs().forEach(png -> made.add(images.apply(png)));
    return new CellRecord(
        endOf(outcome.result()),
        out.outputs(),
        SeenOutput.of(out, outcome, shorten),
        new CallReport(out.lastLine(), made.stream().map(CallReport.File::of).toList()));
  }

  private static CallItem.End endOf(CellResult result) {
    return switch (result.status()) {
      case OK, ERROR -> CallItem.End.COMPLETED;
      case INTERRUPTED, TIMEOUT, DIED -> CallItem.End.FAILED;
    };
  }

  /** Writes it into the call's item. */
  void keepIn(ObjectNode item) {
    item.put("status", end.wire());
    item.putArray("outputs").addAll(outputs);
    item.put(ItemView.SEEN, seen);
    report.keepIn(item);
  }
}
