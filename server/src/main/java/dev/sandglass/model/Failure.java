package dev.sandglass.model;

import dev.sandglass.common.SandglassException.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * One failed attempt, before it is decided whether there is another.
 *
 * <p>Checked, so that none gets past the client.
 */
final class Failure extends Exception {

  private final Kind kind;
  private final boolean retryable;
  private final int status;
  private final @Nullable Duration retryAfter;
  private final transient JsonNode error;

  Failure(String message, boolean retryable, @Nullable Throwable cause) {
    this(Kind.UPSTREAM, message, retryable, 0, null, MissingNode.getInstance(), cause);
  }

  Failure(
      Kind kind,
      String message,
      boolean retryable,
      int status,
      @Nullable Duration retryAfter,
      JsonNode error,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryable = retryable;
    this.status = status;
    this.retryAfter = retryAfter;
    this.error = error;
  }

  boolean retryable() {
    return retryable;
  }

  /** The HTTP status, 0 if none came. */
  int status() {
    return status;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** The body's {@code error} object, if it had one. */
  JsonNode error() {
    return error;
  }

  UpstreamException toException() {
    return new UpstreamException(
        kind, getMessage() == null ? "" : getMessage(), retryable, getCause());
  }
}
