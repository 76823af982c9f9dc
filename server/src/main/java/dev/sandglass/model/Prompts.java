package dev.sandglass.model;

import dev.sandglass.model.Prompts.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prompt from {@code dev/sandglass/model/prompts}: the messages that every conversation with a
 * model starts with. The file's name carries the version; a change of wording is a new version, so
 * that figures in docs can say which one they were measured with.
 *
 * <p>A line {@code === role} begins a message. Lines before the first one are a comment.
 */
record Prompts(String name, List<Message> messages) {

  record Message(String role, String text) {}

  /** For models that call functions. */
  static final Prompts TOOLS = load("tools.v1.txt");

  /** For small models, with a worked example. */
  static final Prompts BLOCKS = load("blocks.v3.txt");

  /** The first message: of a prompt for models the system prompt. */
  String system() {
    return messages.getFirst().text();
  }

  static Prompts load(String name) {
    try (InputStream in = Prompts.class.getResourceAsStream("prompts/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no prompt " + name);
      }
      return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Prompts parse(String name, String text) {
    List<Message> messages = new ArrayList<>();
    String role = null;
    StringBuilder body = new StringBuilder();
    for (String line : text.lines().toList()) {
      if (line.startsWith("=== ")) {
        add(messages, role, body);
        role = line.substring(4).strip();
        body.setLength(0);
      } else {
        body.append(line).append('\n');
      }
    }
    add(messages, role, body);
    return new Prompts(name, List.copyOf(messages));
  }

  private static void add(List<Message> messages, @Nullable String role, StringBuilder body) {
    if (role != null) {
      messages.add(new Message(role, body.toString().strip()));
    }
  }
}
