package dev.sandglass.model;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a question wants to have made, as far as it says so: how many, how big, under which name.
 * Pure.
 */
final class AskedFor {

  private static final String NUMBER = "(\\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)";
  private static final Pattern TOP =
      Pattern.compile(
          "\\b(?:top|best|(?:highest|largest|biggest) of the) %1$s\\b|\\b%1$s (?:highest|largest|biggest|best|most|top)\\b"
              .formatted(NUMBER));
  private static final Pattern WINDOW =
      Pattern.compile(
          "\\b%1$s[- ](?:day|week|month|hour|point|period|row|value)s?\\b|\\bwindow of %1$s\\b"
              .formatted(NUMBER));
  private static final Pattern CLUSTERS =
      Pattern.compile(
          "\\b%1$s (?:\\w+ )?(?:clusters?|groups?)\\b|\\bk ?= ?%1$s\\b".formatted(NUMBER));
  private static final Map<String, String> NUMBERS =
      Map.of(
          "two", "2", "three", "3", "four", "4", "five", "5", "six", "6", "seven", "7", "eight",
          "8", "nine", "9", "ten", "10");
  private static final Pattern SMALLEST =
      Pattern.compile(
          "lowest|least|worst|smallest|minimum|shortest|youngest|cheapest|coldest|slowest|fewest");
  private static final Pattern SIZE =
      Pattern.compile("\\b(\\d{1,4}) ?(?:x|×|by|\\*) ?(\\d{1,4})\\b");
  private static final Pattern SIDE = Pattern.compile("\\b(left|right|top|upper|bottom|lower)\\b");
  private static final String HALF_WIDTH = "image.width // 2";
  private static final String HALF_HEIGHT = "image.height // 2";
  private static final Pattern TABLE = name("csv|tsv|txt");
  private static final Pattern WORKBOOK = name("xlsx");
  private static final Pattern JSON = name("json");
  private static final Pattern PICTURE = name("png|jpe?g|gif|bmp|tiff?|webp");
  private static final Pattern WARNINGS = Pattern.compile("\\bwarn");

  private AskedFor() {}

  private static Pattern name(String endings) {
    return Pattern.compile("(?i)\\b[\\w-]{1,60}\\.(?:" + endings + ")\\b");
  }

  /**
   * The slots, by name; {@code size} and {@code box} only where they are asked for.
   *
   * @param cards whose files are there, and are not made anew
   */
  static Map<String, String> of(String question, List<String> cards) {
    String asked = question.toLowerCase(Locale.ROOT);
    Map<String, String> slots = new HashMap<>();
    slots.put("top", top(asked));
    String most = count(TOP.matcher(asked));
    if (!most.isEmpty()) {
      slots.put("many", most);
    }
    slots.put("window", orElse(count(WINDOW.matcher(asked)), "7"));
    slots.put("clusters", orElse(count(CLUSTERS.matcher(asked)), "3"));
    slots.put("extreme", SMALLEST.matcher(asked).find() ? "idxmin" : "idxmax");
    Matcher size = SIZE.matcher(asked);
    if (size.find()) {
      slots.put("size", "(" + size.group(1) + ", " + size.group(2) + ")");
    }
    Matcher side = SIDE.matcher(asked);
    if (side.find()) {
      slots.put("box", box(side.group(1)));
    }
    slots.put("file", made(TABLE, question, cards, "result.csv"));
    slots.put("workbook", made(WORKBOOK, question, cards, "result.xlsx"));
    slots.put("json", made(JSON, question, cards, "result.json"));
    slots.put("picture", made(PICTURE, question, cards, "result.png"));
    slots.put("level", WARNINGS.matcher(asked).find() ? "WARN" : "ERROR");
    return slots;
  }

  private static String box(String side) {
    return switch (side) {
      case "left" -> "(0, 0, " + HALF_WIDTH + ", image.height)";
      case "right" -> "(" + HALF_WIDTH + ", 0, image.width, image.height)";
      case "top", "upper" -> "(0, 0, image.width, " + HALF_HEIGHT + ")";
      default -> "(0, " + HALF_HEIGHT + ", image.width, image.height)";
    };
  }

  private static String top(String asked) {
    String number = count(TOP.matcher(asked));
    return number.isEmpty() ? "" : ".nlargest(" + number + ")";
  }

  /** The number of the first place; "" if there is none. */
  private static String count(Matcher places) {
    if (!places.find()) {
      return "";
    }
    for (int group = 1; group <= places.groupCount(); group++) {
      String number = places.group(group);
      if (number != null) {
        return NUMBERS.getOrDefault(number, number);
      }
    }
    return "";
  }

  private static String orElse(String number, String otherwise) {
    return number.isEmpty() ? otherwise : number;
  }

  /** The name in the question that is no file's yet. */
  private static String made(Pattern name, String question, List<String> cards, String otherwise) {
    return name.matcher(question)
        .results()
        .map(m -> m.group())
        .filter(n -> cards.stream().noneMatch(card -> card.startsWith(n + ":")))
        .findFirst()
        .orElse(otherwise);
  }
}
