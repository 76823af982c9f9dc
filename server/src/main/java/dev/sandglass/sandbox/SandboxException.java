package dev.sandglass.sandbox;

import dev.sandglass.common.SandglassException;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox could not do what was asked. Not for what the user's code did: that is in {@link
 * CellResult}.
 */
public final class SandboxException extends SandglassException {

  /** What went wrong, as far as a caller can act on it. */
  public enum Reason {
    /** The container has ended. */
    DEAD,
    NOT_FOUND,
    EXISTS,
    /** A directory, device, link … where a regular file was asked for. */
    NOT_A_FILE,
    /** A path that leaves {@code /mnt/data}. */
    OUTSIDE,
    BUSY,
    /** The container's own disk is full. */
    NO_SPACE,
    /** The host's disk or memory is too full for another container. */
    HOST_FULL,
    TOO_LARGE,
    INVALID,
    /** The host lacks something; the message names it. */
    UNSUPPORTED_HOST,
    INTERNAL
  }

  private final Reason reason;

  public SandboxException(Reason reason, String message) {
    this(reason, message, null);
  }

  public SandboxException(Reason reason, String message, @Nullable Throwable cause) {
    super(kindOf(reason), message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  private static Kind kindOf(Reason reason) {
    return switch (reason) {
      case NOT_FOUND -> Kind.NOT_FOUND;
      case EXISTS -> Kind.CONFLICT;
      case NOT_A_FILE, OUTSIDE, INVALID -> Kind.INVALID;
      case TOO_LARGE, NO_SPACE -> Kind.TOO_LARGE;
      case BUSY -> Kind.TOO_MANY;
      case UNSUPPORTED_HOST, HOST_FULL -> Kind.UNAVAILABLE;
      case DEAD, INTERNAL -> Kind.INTERNAL;
    };
  }
}
