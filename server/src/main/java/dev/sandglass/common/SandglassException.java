package dev.sandglass.common;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that Sandglass itself reports as failed. What the user's code did wrong is
 * never one of these: it is a value, a cell's result.
 *
 * <p>The message is written for the person who has to act on it: what happened, the limit and the
 * value if one was met, and the way out. {@code kind} decides the HTTP status in {@code
 * dev.sandglass.api}'s one mapper.
 */
public class SandglassException extends RuntimeException {

  /** What kind of failure this is, as far as a caller can act on it. */
  public enum Kind {
    /** The request is wrong: 400. */
    INVALID,
    /** No usable key: 401. */
    UNAUTHENTICATED,
    /** The thing named does not exist, or not for this project: 404. */
    NOT_FOUND,
    /** Conflicts with the present state: 409. */
    CONFLICT,
    /** Larger than a limit: 413. */
    TOO_LARGE,
    /** Too much at once; may be tried again after a while: 429. */
    TOO_MANY,
    /** Our own failure: 500. */
    INTERNAL,
    /** The model's endpoint failed: 502. */
    UPSTREAM,
    /** Not able to serve now: 503. */
    UNAVAILABLE
  }

  private final Kind kind;
  private final @Nullable String code;
  private final @Nullable String param;

  public SandglassException(Kind kind, String message) {
    this(kind, message, null, null, null);
  }

  public SandglassException(Kind kind, String message, @Nullable Throwable cause) {
    this(kind, message, null, null, cause);
  }

  public SandglassException(
      Kind kind,
      String message,
      @Nullable String code,
      @Nullable String param,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.code = code;
    this.param = param;
  }

  public Kind kind() {
    return kind;
  }

  /** The wire's {@code error.code}, such as {@code unknown_parameter}. */
  public @Nullable String code() {
    return code;
  }

  /** The wire's {@code error.param}, such as {@code tools[0].container}. */
  public @Nullable String param() {
    return param;
  }
}
