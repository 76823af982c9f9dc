package dev.sandglass.model;

import dev.sandglass.common.Json;
import tools.jackson.databind.node.ArrayNode;

/** What every conversation with a small model begins with. */
public final class FixedMessages {

  private FixedMessages() {}

  /** The messages of the blocks dialect's prompt as JSON, ended by a user's as chats are. */
  public static String blocks() {
    ArrayNode messages = Json.MAPPER.createArrayNode();
    for (Prompts.Message message : Prompts.BLOCKS.messages()) {
      messages.add(ChatRequests.message(message.role(), message.text()));
    }
    messages.add(ChatRequests.message("user", "Files"));
    return Json.MAPPER.writeValueAsString(messages);
  }
}
