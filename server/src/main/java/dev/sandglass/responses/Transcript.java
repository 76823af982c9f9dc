package dev.sandglass.responses;

import dev.sandglass.model.TranscriptEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * What the model is shown in the course of a turn: what was there before, then the turn's attempts.
 * For small models failed attempts are forgotten as soon as there is a later one, so that a repair
 * sees the question, what went well, the last code and its error, and nothing to copy mistakes
 * from. For one thread.
 */
final class Transcript {

  private enum Kind {
    WORKED,
    FAILED,
    /** The model repeated what had failed: what it is shown now must not be there to copy. */
    REFUSED,
    GIVEN_BACK
  }

  private record Attempt(List<TranscriptEntry> entries, Kind kind) {}

  private final List<TranscriptEntry> before;
  private final boolean forget;
  private final List<Attempt> attempts = new ArrayList<>();

  Transcript(List<TranscriptEntry> before, boolean forgetOldFailures) {
    this.before = List.copyOf(before);
    this.forget = forgetOldFailures;
  }

  /** Code and what came of it. */
  void ran(
      String callId, String words, String code, String seen, boolean failed, List<byte[]> images) {
    attempts.add(
        new Attempt(
            List.of(
                new TranscriptEntry.PythonCall(callId, words, code),
                new TranscriptEntry.PythonResult(callId, seen, failed, images)),
            failed ? Kind.FAILED : Kind.WORKED));
  }

  /** Code that was not run because it had failed before; {@code note} is for small models. */
  void refused(String callId, String words, String code, String why, String note) {
    if (forget) {
      attempts.add(new Attempt(List.of(new TranscriptEntry.Note(note)), Kind.REFUSED));
    } else {
      ran(callId, words, code, why, true, List.of());
    }
  }

  /** An answer that went back, and why. */
  void gaveBack(String answer, String why) {
    List<TranscriptEntry> entries = new ArrayList<>();
    if (!answer.isBlank()) {
      entries.add(new TranscriptEntry.Assistant(answer));
    }
    entries.add(new TranscriptEntry.Note(why));
    attempts.add(new Attempt(List.copyOf(entries), Kind.GIVEN_BACK));
  }

  List<TranscriptEntry> entries() {
    List<TranscriptEntry> all = new ArrayList<>(before);
    for (int i = 0; i < attempts.size(); i++) {
      if (!forget || !superseded(i)) {
        all.addAll(attempts.get(i).entries());
      }
    }
    return List.copyOf(all);
  }

  /**
   * A failed attempt, and what was said about it, stays until other code has been tried: the model
   * is to see what it shall repair.
   */
  private boolean superseded(int index) {
    return ofFailure(index)
        && attempts.stream().skip(index + 1).anyMatch(later -> later.kind() != Kind.GIVEN_BACK);
  }

  private boolean ofFailure(int index) {
    int tried = index;
    while (tried >= 0 && attempts.get(tried).kind() == Kind.GIVEN_BACK) {
      tried--;
    }
    return tried >= 0 && attempts.get(tried).kind() != Kind.WORKED;
  }
}
