package dev.sandglass.model;

import dev.sandglass.common.Json;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.model.TranscriptEntry.PythonResult;
import java.util.List;
import java.util.function.Predicate;
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

  private static final String ANSWER_HANDED =
      "The code was run as it is. Say in a sentence or two what it printed, or which error it ended with."
          + " Write no code and mend nothing.";

  /** Else small models take what was printed before the error for all that there is to know. */
  private static final String REPAIR =
      "\n\nThe code stopped at this error; the lines after it were not run. Write it again without"
          + " the mistake, in one ```python block.";

  /** Small models lose the second half of a question over a long output. */
  private static final String ANSWER =
      "Answer from the output: %s\nTell every number and name that was asked for, each number with what it"
          + " belongs to. If the output lacks something, write one ```python block that prints it instead.";

  /** They lose their way in a list of many lines, and take long over it. */
  private static final String ANSWER_LISTED =
      "Answer from the output: %s\nThe user is shown the lists of the output below your answer: don't repeat them, only say in"
          + " short what they show. Tell every other number and name that was asked for, each number"
          + " with what it belongs to. If the output lacks something, write one ```python block that"
          + " prints it instead.";

  private static final int QUESTION_CHARS = 600;

  private static final Predicate<TranscriptEntry> FAILED =
      entry -> entry instanceof PythonResult result && result.failed();

  private static final String MUST_CODE = "Write Python code that finds this out.";

  private static final String BEGIN = " No file has been read yet; begin with:\n%s";

  private static final String RECIPES = "How such things are written:\n";

  private final ArrayNode messages = Json.MAPPER.createArrayNode();
  private final StringBuilder before = new StringBuilder();
  private final boolean vision;
  private final boolean repairable;
  private boolean callOpen;
  private boolean looked;
  private String question = "";
  private List<String> cards = List.of();

  private BlocksMessages(boolean vision, boolean repairable) {
    this.vision = vision;
    this.repairable = repairable;
  }

  /**
   * A chat.
   *
   * @param begun how the answer begins, where the last message is the assistant's and is to be
   *     continued; else ""
   */
  record Chat(ArrayNode messages, String begun) {}

  static Chat of(
      StepRequest step, List<TranscriptEntry> transcript, boolean vision, boolean prefill) {
    BlocksMessages m = new BlocksMessages(vision, step.python() != PythonChoice.NONE);
    for (Prompts.Message message : Prompts.BLOCKS.messages()) {
      m.messages.add(ChatRequests.message(message.role(), message.text()));
    }
    if (step.instructions() != null && !step.instructions().isBlank()) {
      m.before.append(step.instructions().strip()).append("\n\n");
    }
    int asked = lastQuestion(transcript);
    boolean later = asked < transcript.size() - 1 && step.python() != PythonChoice.REQUIRED;
    boolean went = transcript.subList(asked + 1, transcript.size()).stream().noneMatch(FAILED);
    for (int i = 0; i < transcript.size(); i++) {
      m.add(transcript.get(i));
      if (i == asked && later && went) {
        m.begin(m.looked ? PythonChoice.AUTO : PythonChoice.REQUIRED);
      }
    }
    if (!m.before.isEmpty()) {
      m.user("");
    }
    if (step.python() == PythonChoice.NONE && m.hasOutput(transcript)) {
      boolean handed =
          HandedCode.ran(transcript)
              && HandedCode.in(transcript).filter(HandedCode::alone).isPresent();
      m.user(handed ? ANSWER_HANDED : ANSWER_NOW.strip());
    } else if (step.python() == PythonChoice.REQUIRED || asked == transcript.size() - 1) {
      String begin = m.begin(step.python());
      if (prefill && !begin.isEmpty()) {
        String begun = "```python\n" + begin + "\n";
        m.messages.add(ChatRequests.message("assistant", BlockEnd.spoken(begun)));
        return new Chat(m.messages, begun);
      }
    } else if (m.worked(transcript)) {
      PythonResult result = (PythonResult) transcript.getLast();
      String ask = ShownOutput.hasList(result.output()) ? ANSWER_LISTED : ANSWER;
      m.user(ask.formatted(cut(m.question)));
    }
    return new Chat(m.messages, "");
  }

  /**
   * What stands beside the question in the turn's first step. It stays there in the later ones, so
   * that the server has all of the prompt before them in its cache, unless code has failed: a
   * recipe that did not help would be copied again.
   *
   * @return how the code is to begin; "" if it is free
   */
  private String begin(PythonChoice python) {
    return switch (python) {
      case NONE -> "";
      case AUTO -> {
        recipes("");
        yield "";
      }
      case REQUIRED -> {
        String begin = recipes(ReadingLines.of(cards));
        user(begin.isEmpty() ? MUST_CODE : MUST_CODE + BEGIN.formatted(fenced(begin)));
        yield begin;
      }
    };
  }

  /** How the code is to begin; "" if it is free. */
  private String recipes(String reading) {
    Recipes.Shown recipes = Recipes.of(question, cards, reading);
    if (!recipes.lines().isEmpty()) {
      user(RECIPES + String.join("\n", recipes.lines()));
    }
    return recipes.begin(reading);
  }

  /** The index of the turn's question; -1 if there is none. */
  private static int lastQuestion(List<TranscriptEntry> transcript) {
    int i = transcript.size() - 1;
    while (i >= 0 && !(transcript.get(i) instanceof TranscriptEntry.User)) {
      i--;
    }
    return i;
  }

  private boolean worked(List<TranscriptEntry> transcript) {
    return !question.isBlank()
        && transcript.getLast() instanceof PythonResult result
        && !result.failed();
  }

  private static String cut(String text) {
    return text.length() <= QUESTION_CHARS ? text : text.substring(0, QUESTION_CHARS) + " …";
  }

  private boolean hasOutput(List<TranscriptEntry> transcript) {
    return transcript.stream().anyMatch(PythonResult.class::isInstance);
  }

  private void add(TranscriptEntry entry) {
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
        looked = true;
      }
      case PythonResult result -> {
        if (callOpen) { // a result whose call was left out says nothing
          callOpen = false;
          user(
              "Output:\n"
                  + result.output().strip()
                  + (result.failed() && repairable ? REPAIR : ""));
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
