package dev.sandglass.common;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be answered, in the words that the hosted API uses for it (openai-api.md
 * 4.9 and 7.2), so that clients which look at messages find what they know.
 */
public final class ApiException extends SandglassException {

  private final @Nullable Duration retryAfter;

  private ApiException(
      Kind kind,
      String message,
      @Nullable String code,
      @Nullable String param,
      @Nullable Duration retryAfter) {
    super(kind, message, code, param, null);
    this.retryAfter = retryAfter;
  }

  /** 400. */
  public static ApiException invalid(
      String message, @Nullable String code, @Nullable String param) {
    return new ApiException(Kind.INVALID, message, code, param, null);
  }

  public static ApiException missing(String param) {
    return invalid(
        "Missing required parameter: '%s'.".formatted(param), "missing_required_parameter", param);
  }

  /** A key that is none of the API's; {@code hint} is "" or a sentence. */
  public static ApiException unknown(String param, String hint) {
    return invalid(
        "Unknown parameter: '%s'.%s".formatted(param, hint.isEmpty() ? "" : " " + hint),
        "unknown_parameter",
        param);
  }

  /** A key of the API's that isn't served; {@code why} is a sentence with the way out. */
  public static ApiException unsupported(String param, String why) {
    return invalid(
        "Unsupported parameter: '%s'. %s".formatted(param, why), "unsupported_parameter", param);
  }

  /** {@code expected} and {@code got} with article: "a string". */
  public static ApiException type(String param, String expected, String got) {
    return invalid(
        "Invalid type for '%s': expected %s, but got %s instead.".formatted(param, expected, got),
        "invalid_type",
        param);
  }

  public static ApiException value(String param, String value, Iterable<String> supported) {
    return invalid(
        "Invalid value: '%s'. Supported values are: %s."
            .formatted(Text.shown(value), Text.quotedList(supported)),
        "invalid_value",
        param);
  }

  /** 404. */
  public static ApiException notFound(String message, @Nullable String param) {
    return new ApiException(Kind.NOT_FOUND, message, null, param, null);
  }

  /** 413; the message says the limit, the value if known, and the way out. */
  public static ApiException tooLarge(String message, @Nullable String param) {
    return new ApiException(Kind.TOO_LARGE, message, "request_too_large", param, null);
  }

  /** 429 with {@code Retry-After}. */
  public static ApiException tooMany(String message, Duration retryAfter) {
    return new ApiException(Kind.TOO_MANY, message, "rate_limit_exceeded", null, retryAfter);
  }

  /** 409 with {@code Retry-After}: the same thing is under way. */
  public static ApiException running(String message, String code, Duration retryAfter) {
    return new ApiException(Kind.CONFLICT, message, code, null, retryAfter);
  }

  /** After how long the same request may succeed, if that is known. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
