package dev.sandglass.sandbox.probe;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What one probe found.
 *
 * @param tries what it tries to do
 * @param must what must happen instead
 * @param happened what did
 */
public record Finding(
    String name, String area, String tries, String must, Verdict verdict, String happened) {

  /** Nothing that is promised is broken by {@link #HELD} and {@link #UNPROMISED}. */
  public enum Verdict {
    /** It was stopped. */
    @JsonProperty("held")
    HELD,
    /** It got through. */
    @JsonProperty("through")
    THROUGH,
    /** It got through, and the runtime was known not to keep that ({@link Unpromised}). */
    @JsonProperty("unpromised")
    UNPROMISED,
    /** It could not be made, so that nothing is known. */
    @JsonProperty("not-run")
    NOT_RUN
  }

  Finding with(Verdict other, String now) {
    return new Finding(name, area, tries, must, other, now);
  }
}
