package dev.sandglass.config;

import dev.sandglass.common.SandglassException;
import java.util.List;

/** The configuration cannot be used. Lists every problem found, not only the first. */
public final class ConfigException extends SandglassException {

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(Kind.INVALID, "The configuration has errors:\n  " + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line each: where, what is wrong, what would be right. */
  public List<String> problems() {
    return problems;
  }
}
