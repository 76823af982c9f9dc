package dev.sandglass.config;

import java.util.Optional;

/**
 * Which edition of the API is spoken: as the guide documents it, or as today's hosted service
 * behaves. Both run through the same code; all that they differ in is a {@link Trait}.
 */
public enum Edition {
  GUIDE,
  OPENAI;

  /** Whether this edition behaves as the trait says. */
  public boolean has(Trait trait) {
    // Each trait says what the guide promises and the hosted service does otherwise.
    return this == GUIDE;
  }

  /** As settings, flags and records write it. */
  public String wire() {
    return Values.constantName(this);
  }

  /** The edition of that name. */
  public static Optional<Edition> of(String wire) {
    for (Edition edition : values()) {
      if (edition.wire().equals(wire)) {
        return Optional.of(edition);
      }
    }
    return Optional.empty();
  }
}
