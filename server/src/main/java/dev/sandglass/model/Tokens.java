package dev.sandglass.model;

/** Estimates of tokens, where no tokenizer is at hand. */
final class Tokens {

  /** English and Python come to 3 to 4 characters a token with today's vocabularies. */
  private static final double CHARACTERS_PER_TOKEN = 3.5;

  private Tokens() {}

  static long ofCharacters(long characters) {
    return (long) Math.ceil(characters / CHARACTERS_PER_TOKEN);
  }

  static long of(String text) {
    return ofCharacters(text.length());
  }
}
