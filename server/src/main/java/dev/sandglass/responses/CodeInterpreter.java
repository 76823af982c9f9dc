package dev.sandglass.responses;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tool as a request asks for it: in a certain container, or in one that Sandglass picks. */
public sealed interface CodeInterpreter {

  /** {@code "container": "cntr_…"}; {@code at} is where in the request it stands. */
  record In(String containerId, String at) implements CodeInterpreter {}

  /**
   * {@code "container": {"type": "auto", …}}.
   *
   * @param memoryBytes null: the default
   * @param memoryAt where in the request they stand
   */
  record Auto(List<String> fileIds, @Nullable Long memoryBytes, String memoryAt)
      implements CodeInterpreter {

    /** With the default of memory. */
    public Auto(List<String> fileIds) {
      this(fileIds, null, "");
    }
  }
}
