package dev.sandglass.responses;

import java.util.Locale;

/** Where a response is (openai-api.md 4.7). */
enum ResponseStatus {
  IN_PROGRESS,
  COMPLETED,
  INCOMPLETE,
  FAILED,
  CANCELLED;

  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
