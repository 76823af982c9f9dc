package dev.sandglass.model;

import java.util.List;

/** One entry of what a model is shown. */
public sealed interface TranscriptEntry {

  /** A user's words, with images if any. */
  record User(List<Part> parts) implements TranscriptEntry {
    public static User text(String text) {
      return new User(List.of(new Part.Text(text)));
    }
  }

  /** What Sandglass says to the model between a question and its answer; told as a user's words. */
  record Note(String text) implements TranscriptEntry {}

  /** A system's or developer's message in the middle of the conversation. */
  record System(String text) implements TranscriptEntry {}

  /** What the model said. */
  record Assistant(String text) implements TranscriptEntry {}

  /**
   * What the files in the container look like (file cards), one text for each file. Dialects place
   * it where it helps most: before the user's question.
   */
  record Files(List<String> cards) implements TranscriptEntry {}

  /** Code that the model wrote in an earlier step. */
  record PythonCall(String callId, String text, String code) implements TranscriptEntry {}

  /**
   * What came of it.
   *
   * @param output what the model is to see: already shortened
   * @param images PNGs, for models that can see
   */
  record PythonResult(String callId, String output, boolean failed, List<byte[]> images)
      implements TranscriptEntry {}

  /** A part of a user's message. */
  sealed interface Part {
    record Text(String text) implements Part {}

    /** An image by URL ({@code https:} or {@code data:}). */
    record Image(String url, String detail) implements Part {}
  }
}
