package dev.sandglass.responses;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@code include} may ask for (openai-api.md 4.6), and our own extension. */
public enum Include {
  OUTPUTS("code_interpreter_call.outputs"),
  REASONING("reasoning.encrypted_content"),
  LOGPROBS("message.output_text.logprobs"),
  INPUT_IMAGE("message.input_image.image_url"),
  FILE_SEARCH("file_search_call.results"),
  WEB_SEARCH("web_search_call.results"),
  WEB_SOURCES("web_search_call.action.sources"),
  COMPUTER_IMAGE("computer_call_output.output.image_url"),
  /**
   * A cell's output as it happens, as {@code sandglass.cell_output.delta} events. Some SDK helpers
   * throw on events that they don't know, so these are never sent unasked.
   */
  CELL_OUTPUT("sandglass.cell_output");

  private final String wire;

  Include(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }

  public static Optional<Include> of(String wire) {
    return Arrays.stream(values()).filter(i -> i.wire.equals(wire)).findFirst();
  }

  public static List<String> wireNames() {
    return Arrays.stream(values()).map(Include::wire).toList();
  }
}
