package dev.sandglass.responses;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One item of a request's input (openai-api.md 4.3), checked; {@code json} is what is stored and
 * listed, with an id.
 */
public sealed interface InputItem {

  ObjectNode json();

  /** Someone said something. */
  record Message(Role role, List<ContentPart> parts, ObjectNode json) implements InputItem {}

  /**
   * The message of an earlier response as the guide's clients give it back: {@code
   * choices[0].message}.
   */
  record GivenBack(
      String responseId, @Nullable String containerId, Message message, ObjectNode json)
      implements InputItem {}

  /** An earlier call, given back; selects the container in auto mode. */
  record Call(
      String id,
      String code,
      String containerId,
      @Nullable String logs,
      boolean failed,
      ObjectNode json)
      implements InputItem {}

  /** Given back by clients and of no use to another model: reasoning. */
  record Ignored(ObjectNode json) implements InputItem {}

  /** An item that the server has stored; {@code at} is where in the request it stands. */
  record Reference(String id, String at, ObjectNode json) implements InputItem {}

  /** Who speaks. */
  enum Role {
    USER,
    ASSISTANT,
    SYSTEM,
    DEVELOPER
  }
}
