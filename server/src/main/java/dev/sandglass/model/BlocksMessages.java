package dev.sandglass.model;

import dev.sandglass.common.Json;
import dev.sandglass.model.StepRequest.PythonChoice;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a transcript as a plain chat with fenced code: the fixed prompt with its worked example
 * first, so that a server can keep it in its prompt cache, then the instructions, cards and
 * questions. Roles alternate, as many chat templates insist. Pure.
 */
final class BlocksMessages {

  private static final String ANSWER_NOW =
      "\n\nAnswer the question now in words, from the output. Write no code.";

  /** Else small models take what was printed before the error for all that there is to know. */
  private static final String REPAIR =
      "\n\nThe code stopped at this error; the lines after it were not run. Write it again without"
          + " the mistake, in one ```python block.";

  /** Small models lose the second half of a question over a long output. */
  private static final String ANSWER =
      "Answer from the output: %s\nTell every number and name that was asked for, each number with what it"
          + " belongs to. If the output lacks something, write one ```python block that prints it instead.";

  private static final int QUESTION_CHARS = 600;

  private static final String MUST_CODE = "Write Python code that finds this out.";

  private static final String BEGIN = " No file has been read yet; begin with:\n%s";

  private static final String RECIPES = "How such things are written:\n";

  private final ArrayNode messages = Json.MAPPER.createArrayNode();
  private final StringBuilder before = new StringBuilder();
  private boolean callOpen;
  private String question = "";
  private List<String> cards = List.of();

  private BlocksMessages() {}

  /**
   * A chat.
   *
   * @param begun how the answer begins, where the last message is the assistant's and is to be
   *     continued; else ""
   */
  record Chat(ArrayNode messages, String begun) {}

  static Chat of(
      StepRequest step, List<TranscriptEntry> transcript, boolean vision, boolean prefill) {
    BlocksMessages m = new BlocksMessages();
    for (Prompts.Message message : Prompts.BLOCKS.messages()) {
      m.messages.add(ChatRequests.message(message.role(), message.text()));
    }
    if (step.instructions() != null && !step.instructions().isBlank()) {
      m.before.append(step.instructions().strip()).append("\n\n");
    }
    for (TranscriptEntry entry : transcript) {
      m.add(entry, vision);
    }
    if (!m.before.isEmpty()) {
      m.user("");
    }
    if (step.python() == PythonChoice.NONE && m.hasOutput(transcript)) {
      m.user(ANSWER_NOW.strip());
    } else if (step.python() == PythonChoice.REQUIRED) {
      String begin = m.recipes(ReadingLines.of(m.cards));
      m.user(begin.isEmpty() ? MUST_CODE : MUST_CODE + BEGIN.formatted(fenced(begin)));
      if (prefill && !begin.isEmpty()) {
        String begun = "```python\n" + begin + "\n";
        m.messages.add(ChatRequests.message("assistant", BlockEnd.spoken(begun)));
        return new Chat(m.messages, begun);
      }
    } else if (step.python() == PythonChoice.AUTO && asked(transcript)) {
      m.recipes("");
    } else if (m.worked(transcript)) {
      m.user(ANSWER.formatted(cut(m.question)));
    }
    return new Chat(m.messages, "");
  }

  /** How the code is to begin; "" if it is free. */
  private String recipes(String reading) {
    Recipes.Shown recipes = Recipes.of(question, cards, reading);
    if (!recipes.lines().isEmpty()) {
      user(RECIPES + String.join("\n", recipes.lines()));
    }
    return recipes.begin(reading);
  }

  private static boolean asked(List<TranscriptEntry> transcript) {
    return !transcript.isEmpty() && transcript.getLast() instanceof TranscriptEntry.User;
  }

  private boolean worked(List<TranscriptEntry> transcript) {
    return !question.isBlank()
        && transcript.getLast() instanceof TranscriptEntry.PythonResult result
        && !result.failed();
  }

  private static String cut(String text) {
    return text.length() <= QUESTION_CHARS ? text : text.substring(0, QUESTION_CHARS) + " …";
  }

  private boolean hasOutput(List<TranscriptEntry> transcript) {
    return transcript.stream().anyMatch(TranscriptEntry.PythonResult.class::isInstance);
  }

  private void add(TranscriptEntry entry, boolean vision) {
    switch (entry) {
      case TranscriptEntry.Files(List<String> texts) -> {
        cards = texts;
        before.append("Files in /mnt/data:\n\n").append(String.join("\n\n", texts)).append("\n\n");
      }
      case TranscriptEntry.System(String text) -> before.append(text.strip()).append("\n\n");
      case TranscriptEntry.User(var parts) -> {
        question = ChatRequests.words(parts).strip();
        boolean images =
            vision && parts.stream().anyMatch(TranscriptEntry.Part.Image.class::isInstance);
        if (images) {
          ObjectNode user = messages.addObject().put("role", "user");
          String spoken = BlockEnd.spoken(before.toString());
          user.set("content", ChatRequests.content(spoken, parts, true));
          before.setLength(0);
        } else {
          user(ChatRequests.words(parts));
        }
      }
      case TranscriptEntry.Note(String text) -> user(text);
      case TranscriptEntry.Assistant(String text) -> assistant(text);
      case TranscriptEntry.PythonCall(String id, String text, String code) -> {
        assistant((text.isBlank() ? "" : text.strip() + "\n") + fenced(code));
        callOpen = true;
      }
      case TranscriptEntry.PythonResult result -> {
        if (callOpen) { // a result whose call was left out says nothing
          callOpen = false;
          user("Output:\n" + result.output().strip() + (result.failed() ? REPAIR : ""));
        }
      }
    }
  }

  private static String fenced(String code) {
    return "```python\n" + code.strip() + "\n```";
  }

  private void user(String text) {
    say("user", (before + text).strip());
    before.setLength(0);
  }

  private void assistant(String text) {
    if (!before.isEmpty()) {
      user("");
    }
    say("assistant", text);
  }

  /** Adds to the last message if it is of the same role. */
  private void say(String role, String text) {
    String spoken = BlockEnd.spoken(text);
    JsonLast last = JsonLast.of(messages);
    if (last.is(role)) {
      last.append(spoken);
    } else {
      messages.add(ChatRequests.message(role, spoken));
    }
  }

  private record JsonLast(ObjectNode message) {
    static JsonLast of(ArrayNode messages) {
      return new JsonLast((ObjectNode) messages.get(messages.size() - 1));
    }

    boolean is(String role) {
      return message.path("role").asString("").equals(role) && message.path("content").isString();
    }

    void append(String text) {
      message.put("content", message.path("content").asString() + "\n\n" + text);
    }
  }
}
