package dev.sandglass.model;

import dev.sandglass.model.TranscriptEntry.PythonResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a transcript fit a model's context: results of earlier turns are cut short, then the oldest
 * entries left out, then results of this turn cut. The last user's messages, what came after them,
 * and the file cards always stay. Estimated, with room left for the answer. Pure.
 */
final class Fitting {

  /** The share of the context that is kept free for what the model writes. */
  private static final double ROOM = 0.2;

  private static final int OLD_RESULT = 300;

  private Fitting() {}

  static List<TranscriptEntry> fit(StepRequest step, int contextTokens, Prompts prompt) {
    List<TranscriptEntry> all = step.transcript();
    if (contextTokens <= 0) {
      return all;
    }
    long fixed = Tokens.of(step.instructions() == null ? "" : step.instructions());
    for (Prompts.Message message : prompt.messages()) {
      fixed += Tokens.of(message.text());
    }
    long budget = (long) (contextTokens * (1 - ROOM)) - fixed;
    if (tokens(all) <= budget) {
      return all;
    }
    int question = Math.max(0, last(all, TranscriptEntry.User.class));
    int last = Math.max(question, last(all, TranscriptEntry.Note.class));
    List<TranscriptEntry> fitted = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      fitted.add(i < question ? shortened(all.get(i)) : all.get(i));
    }
    int at = 0;
    for (int i = 0; i < last && tokens(fitted) > budget; i++) {
      if (i == question || stays(fitted.get(at))) {
        at++;
      } else {
        fitted.remove(at);
      }
    }
    return shortenedFromTheFront(fitted, budget);
  }

  /** Where the turn's own results are still too much: the last one is cut last. */
  private static List<TranscriptEntry> shortenedFromTheFront(
      List<TranscriptEntry> entries, long budget) {
    List<TranscriptEntry> fitted = new ArrayList<>(entries);
    for (int i = 0; i < fitted.size() && tokens(fitted) > budget; i++) {
      fitted.set(i, shortened(fitted.get(i)));
    }
    return List.copyOf(fitted);
  }

  private static boolean stays(TranscriptEntry entry) {
    return entry instanceof TranscriptEntry.Files || entry instanceof TranscriptEntry.System;
  }

  private static TranscriptEntry shortened(TranscriptEntry entry) {
    return entry instanceof PythonResult r && r.output().length() > OLD_RESULT
        ? new PythonResult(
            r.callId(), r.output().substring(0, OLD_RESULT) + " …", r.failed(), List.of())
        : entry;
  }

  /** The index of the last entry of a kind, -1 if none. */
  private static int last(List<TranscriptEntry> all, Class<? extends TranscriptEntry> kind) {
    for (int i = all.size() - 1; i >= 0; i--) {
      if (kind.isInstance(all.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private static long tokens(List<TranscriptEntry> entries) {
    return entries.stream().mapToLong(Fitting::tokens).sum();
  }

  private static long tokens(TranscriptEntry entry) {
    return switch (entry) {
      case TranscriptEntry.User(var parts) -> Tokens.of(ChatRequests.words(parts));
      case TranscriptEntry.Note(String text) -> Tokens.of(text);
      case TranscriptEntry.System(String text) -> Tokens.of(text);
      case TranscriptEntry.Assistant(String text) -> Tokens.of(text);
      case TranscriptEntry.Files(List<String> cards) -> cards.stream().mapToLong(Tokens::of).sum();
      case TranscriptEntry.PythonCall(String id, String text, String code) ->
          Tokens.of(text) + Tokens.of(code);
      case PythonResult r -> Tokens.of(r.output());
    };
  }
}
