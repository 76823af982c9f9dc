package dev.sandglass.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in one English word what questions and columns say in several languages and short forms, so
 * that "Welche Filiale" and the column "branch" meet. The words are data: {@code
 * prompts/words.v1.txt}. Pure.
 */
final class Vocabulary {

  /** No part of a file's name or of a path. */
  private static final Pattern WORD =
      Pattern.compile("(?<![\\p{L}\\p{N}_./-])\\p{L}+(?![\\p{L}\\p{N}_]|\\.\\p{L})");

  private static final Map<String, String> WORDS = new HashMap<>();

  /** Words that mean something else in English: said only where another foreign word stands. */
  private static final Map<String, String> SHARED = new HashMap<>();

  private record Phrase(Pattern words, String english) {}

  private static final List<Phrase> PHRASES = new ArrayList<>();

  static {
    Prompts.load("words.v1.txt")
        .system()
        .lines()
        .filter(l -> !l.isBlank())
        .forEach(Vocabulary::add);
  }

  private Vocabulary() {}

  private static void add(String line) {
    int colon = line.indexOf(": ");
    String english = line.substring(0, colon).strip();
    for (String word : line.substring(colon + 1).split(",")) {
      String plain = word.strip();
      if (plain.contains(" ")) {
        PHRASES.add(new Phrase(Pattern.compile("\\b" + Pattern.quote(plain) + "\\b"), english));
      } else if (plain.endsWith("?")) {
        SHARED.put(plain.substring(0, plain.length() - 1), english);
      } else {
        WORDS.put(plain, english);
      }
    }
  }

  /** In lower case, with English words for those that are known. */
  static String english(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    String phrased = lower;
    for (Phrase phrase : PHRASES) {
      phrased = phrase.words().matcher(phrased).replaceAll(phrase.english());
    }
    String translated = replaced(phrased, WORDS);
    return translated.equals(lower) ? lower : replaced(translated, SHARED);
  }

  private static String replaced(String text, Map<String, String> words) {
    return WORD.matcher(text)
        .replaceAll(m -> Matcher.quoteReplacement(words.getOrDefault(m.group(), m.group())));
  }
}
