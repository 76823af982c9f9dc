package dev.sandglass.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of code that a small model is shown beside a question whose words call for them, with the
 * question's own columns in their gaps. A small model copies what stands next to the question, and
 * forgets what stands at the beginning of a long prompt. The recipes are data: {@code
 * prompts/recipes.v1.txt}, whose first lines say how they are written. Pure.
 */
final class Recipes {

  /** More of them, and the model writes them all down. */
  private static final int MOST = 2;

  /** Characters of a question's beginning and end: some words are looked for from each place on. */
  private static final int LONGEST = 600;

  private static final Pattern GAP = Pattern.compile("\\{(\\w+)}");
  private static final Pattern COUNT =
      Pattern.compile("(?i)how many|number of|count|\\boften\\b|popular|frequent");
  private static final Pattern AMOUNT = Pattern.compile("(?i)how much|total|sum\\b");
  private static final String SUM_OF_X = "[\"{x}\"].{agg}()";

  /** What stands in the card of a text that is shown there to its end. */
  private static final String WHOLE_TEXT = "Its whole text:";

  private static final String PLOT = "{plot}";

  private static final String BEGINS = " >> ";

  /** What the lines before have made. */
  private static final String RESULT = "{result}";

  private static final Pattern PREPARES =
      Pattern.compile("df = df[.\\[]|df\\[\"amount\"] = |n = len");

  private static final Pattern MAKES_JOINED = Pattern.compile("\\bm = ");
  private static final Pattern USES_JOINED = Pattern.compile("\\bm[.\\[]");

  private static final Pattern MADE = Pattern.compile("(?:^|; )(\\w+)(?:\\[\"[^\"]*\"])? = ");

  private enum Flag {
    NONE,
    /** Not shown with gaps. */
    WHOLE,
    /** Not shown with gaps, nor with another beside it. */
    ALONE,
    /** Not shown with gaps, nor beside another that finds the group with the most. */
    LAST,
    /** Shown beside whatever else is. */
    ADDED
  }

  private record Recipe(String kind, Pattern words, Flag flag, String code, String begins) {
    boolean joins() {
      return kind.equals("tables");
    }

    boolean prepares() {
      return joins() || PREPARES.matcher(code).lookingAt();
    }

    boolean findsGroup() {
      return code.contains("idxmax") && code.contains("{group}");
    }
  }

  /**
   * What is shown for a question.
   *
   * @param begins the code's first line after those that read the files; "" if it is free
   */
  record Shown(List<String> lines, String begins) {

    /** How the code begins: a text whose numbers are written in need not be read. */
    String begin(String reading) {
      if (begins.isEmpty()) {
        return reading;
      }
      return lines.stream().anyMatch(l -> l.contains(", text)")) ? reading + "\n" + begins : begins;
    }
  }

  private static final List<Recipe> ALL =
      Prompts.load("recipes.v1.txt")
          .system()
          .lines()
          .filter(l -> !l.isBlank())
          .map(Recipes::parse)
          .toList();

  private Recipes() {}

  private static Recipe parse(String line) {
    int begins = line.indexOf(BEGINS);
    if (begins >= 0) {
      Recipe rest = parse(line.substring(0, begins));
      String with = line.substring(begins + BEGINS.length()).strip();
      return new Recipe(rest.kind(), rest.words(), rest.flag(), rest.code(), with);
    }
    int words = line.indexOf(" | ");
    int code = line.indexOf(" | ", words + 3);
    if (words < 0 || code < 0) {
      throw new IllegalStateException("no recipe: " + line);
    }
    String regex = line.substring(words + 3, code).strip();
    Flag flag =
        switch (regex.charAt(0)) {
          case '!' -> Flag.WHOLE;
          case '=' -> Flag.ALONE;
          case '~' -> Flag.LAST;
          case '+' -> Flag.ADDED;
          default -> Flag.NONE;
        };
    return new Recipe(
        line.substring(0, words).strip(),
        Pattern.compile(
            flag == Flag.NONE ? regex : regex.substring(1),
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL),
        flag,
        line.substring(code + 3).strip(),
        "");
  }

  /**
   * The recipes for a question.
   *
   * @param whole the question
   * @param reading the lines that read the files, of {@link ReadingLines}; "" if there are none
   */
  static Shown of(String whole, List<String> cards, String reading) {
    String question = Vocabulary.english(bounded(whole));
    List<String> tables = ReadingLines.tables(reading);
    Map<String, String> slots = Slots.of(bounded(whole), cards, tables);
    Set<String> kinds = kinds(cards, reading, tables);
    int most = slots.containsKey("joined") || slots.containsKey("price") ? MOST + 1 : MOST;
    List<Recipe> chosen = new ArrayList<>();
    boolean alone = false;
    for (Recipe recipe : ALL) {
      boolean added = recipe.flag() == Flag.ADDED;
      if ((added || (!alone && chosen.size() < most))
          && kinds.contains(recipe.kind())
          && recipe.words().matcher(question).find()
          && fits(
              recipe,
              slots
                  .keySet()
                  .containsAll(gaps(counted(recipe.code().replace(RESULT, ""), question, slots))),
              chosen)) {
        chosen.add(recipe);
        alone |= recipe.flag() == Flag.ALONE;
      }
    }
    boolean drawn = false; // one chart is asked for, and the first of the lines draws it
    List<String> lines = new ArrayList<>();
    for (Recipe recipe : chosen) {
      String code = counted(recipe.code(), question, slots).replace(RESULT, result(lines));
      lines.add(filled(drawn ? code.replace(PLOT, "") : code, slots));
      drawn |= code.contains(PLOT);
    }
    if ("m".equals(slots.get("df"))
        && lines.stream().anyMatch(l -> USES_JOINED.matcher(l).find())
        && lines.stream().noneMatch(l -> MAKES_JOINED.matcher(l).find())) {
      lines.addFirst("m = " + slots.get("joined") + "  # the columns of both");
    }
    String begins =
        chosen.stream().map(Recipe::begins).filter(b -> !b.isEmpty()).findFirst().orElse("");
    return new Shown(List.copyOf(lines), begins);
  }

  /** A table of what was made last, as a series has its groups in its index. */
  private static String result(List<String> lines) {
    String made =
        MADE.matcher(String.join("\n", lines).replace("\n", "; "))
            .results()
            .map(m -> m.group(1))
            .reduce("df", (first, second) -> second);
    return made.length() == 1 && !made.equals("m") ? made + ".reset_index()" : made;
  }

  private static boolean fits(Recipe recipe, boolean whole, List<Recipe> chosen) {
    return switch (recipe.flag()) {
      case NONE -> true;
      case ADDED -> whole;
      case WHOLE -> whole && !(recipe.joins() && chosen.stream().anyMatch(Recipe::joins));
      case ALONE -> whole && chosen.stream().allMatch(Recipe::prepares);
      case LAST -> whole && chosen.stream().noneMatch(Recipe::findsGroup);
    };
  }

  /** What is asked stands before or after a text that was pasted. */
  private static String bounded(String question) {
    int length = question.length();
    return length <= 2 * LONGEST
        ? question
        : question.substring(0, LONGEST) + "\n" + question.substring(length - LONGEST);
  }

  private static Set<String> kinds(List<String> cards, String reading, List<String> tables) {
    Set<String> kinds = new HashSet<>();
    if (cards.isEmpty()) {
      kinds.add("none");
    }
    if (!tables.isEmpty()) {
      kinds.add("table");
    }
    if (tables.size() > 1) {
      kinds.add("tables");
    }
    if (reading.contains("text = ")) {
      kinds.add("text");
      if (cards.stream().anyMatch(card -> card.contains(WHOLE_TEXT))) {
        kinds.add("short");
      }
    }
    if (reading.contains("np.load")) {
      kinds.add("array");
    }
    if (reading.contains("Image.open")) {
      kinds.add("image");
    }
    return kinds;
  }

  private static Set<String> gaps(String code) {
    Set<String> gaps = new HashSet<>();
    GAP.matcher(code).results().forEach(gap -> gaps.add(gap.group(1)));
    return gaps;
  }

  /** Rows are counted where no column is asked for. */
  private static String counted(String code, String question, Map<String, String> slots) {
    boolean count =
        !slots.containsKey("x")
            && "sum".equals(slots.get("agg"))
            && (slots.containsKey("counted") || COUNT.matcher(question).find())
            && !AMOUNT.matcher(question).find();
    return count ? code.replace(SUM_OF_X, ".size()") : code;
  }

  private static String filled(String code, Map<String, String> slots) {
    String table = slots.getOrDefault("df", "df");
    return GAP.matcher(code)
        .replaceAll(gap -> Matcher.quoteReplacement(slots.getOrDefault(gap.group(1), gap.group(1))))
        .replaceAll(
            "(?<!\")\\bdf\\b(?!\")", Matcher.quoteReplacement(table)); // no column called df
  }
}
