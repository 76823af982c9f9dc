package dev.sandglass.responses;

import java.util.random.RandomGenerator;

/**
 * Random padding of delta events, so that the sizes of encrypted packets don't give away the words
 * (openai-api.md 5.4): delta and padding together are a multiple of 16 characters long.
 */
final class Obfuscation {

  private static final int BLOCK = 16;
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private Obfuscation() {}

  static String pad(String delta, RandomGenerator random) {
    int length = delta.codePointCount(0, delta.length());
    int missing = (BLOCK - length % BLOCK) % BLOCK;
    StringBuilder pad = new StringBuilder(BLOCK);
    for (int i = 0; i < missing; i++) {
      pad.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return pad.toString();
  }
}
