package dev.sandglass.responses;

/** Thrown through a model's step to end it: its words go round in circles. Carries no stack. */
final class CutShort extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CutShort() {
    super("the model repeats itself", null, false, false);
  }
}
