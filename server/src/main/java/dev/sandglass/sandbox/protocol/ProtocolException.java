package dev.sandglass.sandbox.protocol;

import java.io.IOException;

/** The other side sent something that docs/protocol.md doesn't allow; ends the connection. */
final class ProtocolException extends IOException {

  private static final long serialVersionUID = 1;

  ProtocolException(String message) {
    super(message);
  }
}
