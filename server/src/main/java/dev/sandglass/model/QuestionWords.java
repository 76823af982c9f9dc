package dev.sandglass.model;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which words of the cards a question has, in whatever form. Immutable. */
final class QuestionWords {

  private static final Map<String, List<String>> SAME =
      Map.of("female", List.of("women", "woman", "girls?"), "male", List.of("men", "man", "boys?"));

  private static final Map<String, String> IRREGULAR =
      Map.of("people", "person", "children", "child", "persons", "person", "matches", "match");

  /** Words of columns' names that say nothing of them. */
  private static final Set<String> NO_NAMES =
      Set.of("id", "by", "of", "in", "on", "to", "at", "is", "the", "and", "for");

  private static final Pattern WORD = Pattern.compile("\\p{L}+");

  /** Letters of a word in which another one hides by its first letter only. */
  private static final int LONG = 4;

  private final String question;

  QuestionWords(String question) {
    this.question = Vocabulary.english(question);
  }

  boolean contains(String text) {
    return question.contains(text);
  }

  Optional<MatchResult> find(Pattern pattern) {
    return pattern.matcher(question).results().findFirst();
  }

  /** The word, in singular or plural or with a short ending. */
  boolean has(String word) {
    return matches("\\b" + form(word) + "\\w{0,3}\\b");
  }

  /** A column's value, or what people say for it. */
  boolean names(String value) {
    String word = Vocabulary.english(value);
    return value.length() > 2
        && (has(word)
            || SAME.getOrDefault(word, List.of()).stream()
                .anyMatch(w -> matches("\\b" + w + "\\b")));
  }

  /** Whether it is asked for by "which" or "each". */
  boolean asksFor(CardColumn column) {
    return words(column.name())
        .anyMatch(w -> matches("\\b(?:which|what|each|every|per|by) " + form(w) + "\\w{0,3}\\b"));
  }

  /** Whether the things of a table are asked for by "which" or "each". */
  boolean asksFor(String table) {
    return matches(
        "\\b(?:which|what|each|every|per|by) (?:%s|%s)\\b"
            .formatted(
                Pattern.quote(Vocabulary.english(singular(table))),
                Pattern.quote(Vocabulary.english(table))));
  }

  /** Whether it is asked how many there are of what has this name. */
  boolean counts(String name) {
    return words(name)
        .anyMatch(w ->
            matches(
                "\\b(?:how many|number of|most|fewest|least)(?: \\w{1,20}){0,1} "
                    + form(w)
                    + "\\w{0,2}\\b"));
  }

  /**
   * The columns that are named, in the order in which they are; those of which a word of the same
   * origin stands there ({@link Stem}) only where none is named itself.
   */
  List<CardColumn> named(List<CardColumn> columns, Predicate<CardColumn> fits) {
    List<CardColumn> literally = placed(columns, fits, this::place);
    return literally.isEmpty() ? placed(columns, fits, this::placeOfStem) : literally;
  }

  private static List<CardColumn> placed(
      List<CardColumn> columns,
      Predicate<CardColumn> fits,
      Function<CardColumn, OptionalInt> place) {
    return columns.stream()
        .filter(fits.and(c -> place.apply(c).isPresent()))
        .sorted(Comparator.comparingInt(c -> place.apply(c).getAsInt()))
        .toList();
  }

  private OptionalInt placeOfStem(CardColumn column) {
    List<String> stems = words(column.name()).map(Stem::of).toList();
    return WORD.matcher(question)
        .results()
        .filter(word -> stems.stream().anyMatch(stem -> isOf(Stem.of(word.group()), stem)))
        .mapToInt(MatchResult::start)
        .min();
  }

  /** Also of a name with a letter before it, such as "Pclass". */
  private static boolean isOf(String word, String stem) {
    return word.length() > 3
        && (stem.equals(word)
            || (stem.length() > LONG && stem.length() == word.length() + 1 && stem.endsWith(word)));
  }

  /** The only number that it speaks of without its name ({@link Conditions#meant}). */
  Optional<CardColumn> meant(List<CardColumn> numbers) {
    return Conditions.meant(question, numbers);
  }

  /** Where a word first stands; far away if it doesn't. */
  int position(String word) {
    return find(Pattern.compile("\\b" + form(Vocabulary.english(word)) + "\\w{0,3}\\b"))
        .map(MatchResult::start)
        .orElse(Integer.MAX_VALUE);
  }

  private OptionalInt place(CardColumn column) {
    return words(column.name())
        .map(word -> {
          // The highest value is none of the column "high".
          String ending = word.length() > 3 ? "(?!e?st\\b)\\w{0,3}\\b" : "s?\\b";
          return Pattern.compile("\\b" + form(word) + ending).matcher(question);
        })
        .filter(Matcher::find)
        .mapToInt(Matcher::start)
        .min();
  }

  private boolean matches(String regex) {
    return Pattern.compile(regex).matcher(question).find();
  }

  private static Stream<String> words(String name) {
    String spaced =
        name.replaceAll("(\\p{Ll})(\\p{Lu})", "$1 $2").replaceAll("[^\\p{L}\\p{N}]+", " ");
    return Stream.of(Vocabulary.english(spaced).split(" "))
        .filter(word -> word.length() > 1 && !NO_NAMES.contains(word));
  }

  /** A regular expression for singular and plural. */
  private static String form(String word) {
    String stem = stem(word);
    return stem.length() > 3 && stem.endsWith("y")
        ? Pattern.quote(stem.substring(0, stem.length() - 1)) + "(?:y|ies)"
        : Pattern.quote(stem);
  }

  /** What one of a table's things is called. */
  static String singular(String table) {
    String word = table.toLowerCase(Locale.ROOT);
    return IRREGULAR.getOrDefault(word, stem(word));
  }

  private static String stem(String word) {
    if (word.endsWith("ies")) {
      return word.substring(0, word.length() - 3) + "y";
    }
    boolean plural = word.length() > 3 && word.endsWith("s") && !word.endsWith("ss");
    return plural ? word.substring(0, word.length() - 1) : word;
  }
}
