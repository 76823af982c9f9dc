package dev.sandglass.model;

import dev.sandglass.common.SandglassException;
import org.jspecify.annotations.Nullable;

/**
 * The model's endpoint failed: unreachable, refused, too slow, or its answer makes no sense. The
 * message names the endpoint.
 */
public final class UpstreamException extends SandglassException {

  private final boolean retryable;

  public UpstreamException(
      Kind kind, String message, boolean retryable, @Nullable Throwable cause) {
    super(kind, message, cause);
    this.retryable = retryable;
  }

  /** Whether the same request may succeed a little later. */
  public boolean retryable() {
    return retryable;
  }

  /** Whether the endpoint said that it knows no function calling (Ollama, llama-server). */
  boolean refusedTools() {
    String said = String.valueOf(getMessage()).toLowerCase(java.util.Locale.ROOT);
    return !retryable && (said.contains("tool") || said.contains("function"));
  }
}
