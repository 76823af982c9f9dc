package dev.sandglass.responses;

import dev.sandglass.common.Json;
import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts a cell's outputs together as they come: for the client everything, as the wire's {@code
 * outputs} in the order produced (openai-api.md 4.8); for the model text with short errors, and the
 * images. One writer thread; read after the cell has ended.
 */
final class OutputAssembler implements CellListener {

  private static final int MAX_LINE = 1000;

  private sealed interface Piece {
    record Text(StringBuilder text) implements Piece {}

    record Image(String mime, byte[] data) implements Piece {}
  }

  private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
  private final StringBuilder forModel = new StringBuilder();
  private final StringBuilder forAnswer = new StringBuilder();
  private final TextListener live;
  private final int maxImages;
  private boolean clearNext;
  private boolean afterOwn;
  private int images;
  private @Nullable String error;
  private @Nullable String lastLine;

  /** Hears text as it comes. */
  @FunctionalInterface
  interface TextListener {
    void onText(String stream, String text);
  }

  /**
   * @param maxImages the most kept; a loop that shows thousands is cut with a line that says so
   */
  OutputAssembler(TextListener live, int maxImages) {
    this.live = live;
    this.maxImages = maxImages;
  }

  @Override
  public void onOutput(CellOutput output) {
    if (clearNext && !(output instanceof CellOutput.Clear)) {
      clear();
    }
    switch (output) {
      case CellOutput.Stream(var name, var text) -> {
        boolean out = name == CellOutput.Stream.Name.STDOUT;
        add(text, text, out ? text : "", false);
        live.onText(out ? "stdout" : "stderr", text);
      }
      case CellOutput.Display(var kind, var parts) -> display(kind, parts);
      case CellOutput.Clear(boolean untilNext) -> {
        if (untilNext) {
          clearNext = true;
        } else {
          clear();
        }
      }
      case CellOutput.Error e -> {
        error = e.brief();
        lastLine = lastLine(e);
        add(e.traceback(), "", true);
        live.onText("stderr", line(e.traceback()));
      }
    }
  }

  /** Adds what the end of the cell says, for cells that did not end by themselves. */
  void end(CellResult result, String verdict) {
    if (!verdict.isEmpty()) {
      add(verdict, "", true);
      live.onText("stderr", line(verdict));
      lastLine = verdict;
      error = error == null ? verdict : error + "\n" + verdict;
    }
    String note = result.note();
    if (note == null && result.stateLost()) {
      note = "Variables of earlier cells are lost; files in /mnt/data are kept.";
    }
    if (note != null) {
      add(note, "", true);
      live.onText("stderr", line(note));
      error = error == null ? note : error + "\n" + note;
    }
  }

  /** Adds a sentence of ours, for client and model. */
  void note(String sentence) {
    String line = "(" + sentence + ")";
    add(line, line, true);
    live.onText("stderr", line(line));
  }

  /** What the client gets. */
  List<ObjectNode> outputs() {
    return pieces.stream().map(OutputAssembler::wire).toList();
  }

  /** What was printed or was the value of the last expression, without the traceback. */
  String printed() {
    return forModel.toString();
  }

  /**
   * What may stand below an answer: without warnings and whatever else went to stderr, and without
   * what only the model is told of images.
   */
  String shown() {
    return forAnswer.toString();
  }

  /** The error in short, or null. */
  @Nullable String error() {
    return error;
  }

  /** What went wrong in one line: the exception's last one, or why the cell was ended. */
  @Nullable String lastLine() {
    return lastLine;
  }

  /** A message may have several lines; its first one says more than its last. */
  private static String lastLine(CellOutput.Error e) {
    String last = e.traceback().stripTrailing();
    last = last.substring(last.lastIndexOf('\n') + 1);
    String value = e.value().lines().findFirst().orElse("");
    boolean whole = last.equals(e.name()) || last.contains(e.name() + ": ");
    String line = whole ? last : value.isBlank() ? e.name() : e.name() + ": " + value;
    return line.length() > MAX_LINE ? line.substring(0, MAX_LINE - 1) + "…" : line;
  }

  /** PNGs in the order shown. */
  List<byte[]> pngs() {
    return pieces.stream()
        .filter(p -> p instanceof Piece.Image i && i.mime().equals("image/png"))
        .map(p -> ((Piece.Image) p).data())
        .toList();
  }

  /** A single piece of text as the wire has it. */
  static ObjectNode logs(String text) {
    return wire(new Piece.Text(new StringBuilder(text)));
  }

  private void display(CellOutput.Display.Kind kind, List<CellOutput.Part> parts) {
    Optional<CellOutput.Part> image =
        first(parts, "image/png")
            .or(() -> first(parts, "image/jpeg"))
            .or(() -> first(parts, "image/svg+xml"));
    if (image.isPresent()) {
      image(image.get());
      first(parts, "text/plain").ifPresent(this::drawn);
      return;
    }
    first(parts, "text/plain")
        .or(() -> parts.stream().filter(p -> p.mime().startsWith("text/")).findFirst())
        .or(() -> first(parts, "application/json"))
        .ifPresent(part -> {
          String text = new String(part.data(), StandardCharsets.UTF_8);
          add(text, text, true);
          boolean result = kind == CellOutput.Display.Kind.RESULT;
          live.onText(result ? "result" : "display", line(text));
        });
  }

  /** What a figure shows follows its name; only the model needs it, who doesn't see. */
  private void drawn(CellOutput.Part part) {
    String text = new String(part.data(), StandardCharsets.UTF_8);
    int name = text.indexOf('\n');
    if (name >= 0 && images <= maxImages) {
      append(forModel, text.substring(name + 1) + "\n", true);
    }
  }

  private void image(CellOutput.Part part) {
    images++;
    if (images <= maxImages) {
      pieces.add(new Piece.Image(part.mime(), part.data()));
    } else if (images == maxImages + 1) {
      String line =
          "(more than "
              + maxImages
              + " images in one cell, turn.max-images: the others are left out; show fewer, or"
              + " save them as files)";
      add(line, line, true);
    }
  }

  private void add(String forClient, String forTheModel, boolean own) {
    add(forClient, forTheModel, forTheModel, own);
  }

  /** Adds text; {@code own}: on lines of its own, whatever comes before or after. */
  private void add(String forClient, String forTheModel, String belowAnswer, boolean own) {
    if (!forTheModel.isEmpty()) {
      append(forModel, forTheModel, own || afterOwn);
    }
    if (!belowAnswer.isEmpty()) {
      append(forAnswer, belowAnswer, own || afterOwn);
    }
    if (!(pieces.peekLast() instanceof Piece.Text)) {
      pieces.add(new Piece.Text(new StringBuilder()));
    }
    if (pieces.getLast() instanceof Piece.Text(var builder)) {
      append(builder, forClient, own || afterOwn);
    }
    afterOwn = own;
  }

  private static void append(StringBuilder to, String text, boolean newLine) {
    if (newLine && !to.isEmpty() && to.charAt(to.length() - 1) != '\n') {
      to.append('\n');
    }
    to.append(text);
  }

  private static String line(String text) {
    return text.endsWith("\n") ? text : text + "\n";
  }

  private void clear() {
    pieces.clear();
    forModel.setLength(0);
    forAnswer.setLength(0);
    images = 0;
    afterOwn = false;
    clearNext = false;
  }

  private static Optional<CellOutput.Part> first(List<CellOutput.Part> parts, String mime) {
    return parts.stream().filter(p -> p.mime().equals(mime)).findFirst();
  }

  private static ObjectNode wire(Piece piece) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    switch (piece) {
      case Piece.Text(var text) -> {
        json.put("type", "logs");
        json.put("logs", text.toString());
      }
      case Piece.Image(var mime, var data) -> {
        json.put("type", "image");
        json.put("url", "data:" + mime + ";base64," + Base64.getEncoder().encodeToString(data));
      }
    }
    return json;
  }
}
