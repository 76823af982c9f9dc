package dev.sandglass.cli.doctor;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One thing of this host.
 *
 * @param says what there is, and the way out if it isn't enough
 */
public record HostCheck(String name, Level level, String says) {

  public enum Level {
    @JsonProperty("ok")
    OK,
    /** It works, but not as well as it might. */
    @JsonProperty("warning")
    WARNING,
    /** Sandboxes can't run. */
    @JsonProperty("missing")
    MISSING
  }

  static HostCheck ok(String name, String says) {
    return new HostCheck(name, Level.OK, says);
  }

  static HostCheck warning(String name, String says) {
    return new HostCheck(name, Level.WARNING, says);
  }

  static HostCheck missing(String name, String says) {
    return new HostCheck(name, Level.MISSING, says);
  }

  static HostCheck of(boolean fine, String name, String there, String wayOut) {
    return fine ? ok(name, there) : missing(name, wayOut);
  }
}
