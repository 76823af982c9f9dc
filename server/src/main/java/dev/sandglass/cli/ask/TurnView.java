package dev.sandglass.cli.ask;

import java.io.PrintStream;
import tools.jackson.databind.JsonNode;

/**
 * Shows a turn on the terminal as its events come: the code as it is written, its output as it
 * happens, the answer. For one thread.
 */
final class TurnView {

  private enum Section {
    NONE,
    CODE,
    OUTPUT,
    ANSWER
  }

  private static final String DIM = "\033[2m";
  private static final String CYAN = "\033[36m";
  private static final String RESET = "\033[0m";

  private final PrintStream out;
  private final boolean colours;
  private Section section = Section.NONE;
  private boolean lineOpen;

  TurnView(PrintStream out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  /** Takes one event of the stream. */
  void on(String type, JsonNode event) {
    switch (type) {
      case "response.code_interpreter_call_code.delta" ->
          show(Section.CODE, event.path("delta").asString(""));
      case "sandglass.cell_output.delta" -> show(Section.OUTPUT, event.path("delta").asString(""));
      case "response.output_text.delta" -> show(Section.ANSWER, event.path("delta").asString(""));
      case "response.output_item.done" -> itemDone(event.path("item"));
      default -> {
        // Everything else frames what is shown by these.
      }
    }
  }

  private void itemDone(JsonNode item) {
    if (item.path("type").asString("").equals("code_interpreter_call")) {
      boolean silent = section != Section.OUTPUT;
      for (JsonNode output : item.path("outputs")) {
        if (output.path("type").asString("").equals("image")) {
          show(Section.OUTPUT, (lineOpen ? "\n" : "") + "[image]\n");
        } else if (silent && item.path("status").asString("").equals("incomplete")) {
          show(
              Section.OUTPUT, output.path("logs").asString("").strip() + "\n"); // why it wasn't run
        }
      }
      if (item.path("status").asString("").equals("failed")) {
        show(Section.OUTPUT, (lineOpen ? "\n" : "") + "[the cell failed]\n");
      }
    }
    section = Section.NONE;
  }

  private void show(Section to, String text) {
    if (text.isEmpty()) {
      return;
    }
    if (to != section) {
      begin(to);
    }
    String clean = Printable.clean(text);
    out.print(colours ? coloured(to, clean) : clean);
    out.flush();
    lineOpen = !clean.endsWith("\n");
  }

  private void begin(Section to) {
    if (lineOpen) {
      out.println();
    }
    String title =
        switch (to) {
          case CODE -> "── python ";
          case OUTPUT -> "── output ";
          case ANSWER -> "── answer ";
          case NONE -> "";
        };
    String rule = title + "─".repeat(Math.max(0, 60 - title.length()));
    out.println(colours ? DIM + rule + RESET : rule);
    section = to;
    lineOpen = false;
  }

  private static String coloured(Section section, String text) {
    return switch (section) {
      case CODE -> CYAN + text + RESET;
      case OUTPUT -> DIM + text + RESET;
      case ANSWER, NONE -> text;
    };
  }

  /** Ends the last line. */
  void end() {
    if (lineOpen) {
      out.println();
      lineOpen = false;
    }
  }
}
