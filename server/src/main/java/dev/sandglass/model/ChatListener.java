package dev.sandglass.model;

import org.jspecify.annotations.Nullable;

/** Hears a Chat Completions answer as it arrives, from the thread that asked. */
interface ChatListener {

  void onText(String delta);

  default void onReasoning(String delta) {}

  void onToolCall(ToolCallDelta delta);

  /** Once true, the rest of the answer isn't wanted and the endpoint is told to stop. */
  default boolean enough() {
    return false;
  }

  /**
   * A piece of a tool call.
   *
   * @param ordinal which call, from 0, whatever the endpoint said
   * @param id the endpoint's, null as long as it hasn't come
   * @param name the tool's, "" as long as it hasn't come
   * @param arguments more of the arguments' text
   */
  record ToolCallDelta(int ordinal, @Nullable String id, String name, String arguments) {}
}
