package dev.sandglass.cli.ask;

import dev.sandglass.common.SandglassException;

/** Arguments that a command can do nothing with: its exit status is 2. */
public final class WrongArguments extends SandglassException {

  public WrongArguments(String message) {
    super(Kind.INVALID, message);
  }
}
