package dev.sandglass.common;

/** What a turn says that ends without an answer, since all its code has failed. */
public final class NoAnswer {

  /** How the sentence begins; {@code ask} looks for it to tell scripts. */
  public static final String SENTENCE = "No answer was found: the code failed each time";

  private NoAnswer() {}
}
