package dev.sandglass.model;

/** Estimates of tokens, where no tokenizer is at hand. */
final class Tokens {

  /** English and Python come to 3 to 4 characters a token with today's vocabularies. */
  private static final double CHARACTERS_PER_TOKEN = 3.5;

  private Tokens() {}

  static long ofCharacters(long characters) {
    return (long) Math.ceil(characters / CHARACTERS_PER_TOKEN);
  }

  /** Most vocabularies have no token of more than one digit. */
  static long of(String text) {
    long digits = text.chars().filter(c -> c >= '0' && c <= '9').count();
    return digits + ofCharacters(text.length() - digits);
  }
}
