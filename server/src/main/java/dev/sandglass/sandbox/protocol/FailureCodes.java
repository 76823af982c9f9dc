package dev.sandglass.sandbox.protocol;

import dev.sandglass.sandbox.SandboxException.Reason;

/** The protocol's failure codes in the server's words. */
final class FailureCodes {

  private FailureCodes() {}

  static Reason reason(String code) {
    return switch (code) {
      case "not-found" -> Reason.NOT_FOUND;
      case "exists" -> Reason.EXISTS;
      case "not-a-file" -> Reason.NOT_A_FILE;
      case "outside" -> Reason.OUTSIDE;
      case "busy" -> Reason.BUSY;
      case "no-space" -> Reason.NO_SPACE;
      case "too-large" -> Reason.TOO_LARGE;
      case "invalid" -> Reason.INVALID;
      case "dead" -> Reason.DEAD;
      default -> Reason.INTERNAL;
    };
  }
}
