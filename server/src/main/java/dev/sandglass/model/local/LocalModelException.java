package dev.sandglass.model.local;

import dev.sandglass.common.SandglassException;
import org.jspecify.annotations.Nullable;

/** A local model that cannot be installed or run; the message names the way out. */
public class LocalModelException extends SandglassException {

  public LocalModelException(String message) {
    this(message, null);
  }

  public LocalModelException(String message, @Nullable Throwable cause) {
    super(Kind.UNAVAILABLE, message, cause);
  }
}
