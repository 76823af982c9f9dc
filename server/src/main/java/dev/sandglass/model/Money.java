package dev.sandglass.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which number a question about money or pieces means where no column has its name: revenue is
 * quantity times price, units are the quantity and not the price of a unit. For one question. Pure.
 */
record Money(QuestionWords question, List<CardColumn> columns) {

  /** What the product is called in the code. */
  static final String AMOUNT = "amount";

  private static final Pattern ASKED =
      Pattern.compile(
          "\\b(?:revenues?|sales|turnover|incomes?|earn\\w*|money|worth|spen[dt]|stock value|takings"
              + "|(?:order|stock|inventory|total) value|total costs?|cost in total)\\b");
  private static final Pattern PIECES =
      Pattern.compile("\\b(?:units|pieces|items|quantity|how many)\\b");
  private static final Pattern PRICED =
      Pattern.compile("\\b(?:prices?|pricy|expensive|cheap\\w*|cost\\w*|charg\\w*|fees?)\\b");
  private static final Pattern PRICE = Pattern.compile("price|unit cost|cost per|rate per");
  private static final Pattern COUNT =
      Pattern.compile("quantity|\\bunits?\\b(?! (?:price|cost))|pieces|\\bsold\\b|\\bcount\\b");
  private static final Pattern SAID =
      Pattern.compile("revenue|sales|turnover|income|amount|total|value|earn|profit|spen");

  /**
   * @param x the number that the question's words lead to, or null
   * @return the slots that this changes: {@code x}, and {@code price} and {@code count} if it is a
   *     product
   */
  Map<String, String> slots(@Nullable String x) {
    CardColumn price = only(PRICE);
    CardColumn count = only(COUNT);
    if (price == null || count == null) {
      return Map.of();
    }
    boolean said = columns.stream().anyMatch(c -> c.isNumber() && is(c, SAID) && !is(c, PRICE));
    boolean other = x != null && !x.equals(price.name()) && !x.equals(count.name());
    if (!said && !other && question.find(ASKED).isPresent()) {
      return Map.of("x", AMOUNT, "price", price.name(), "count", count.name());
    }
    boolean pieces = question.find(PIECES).isPresent() && question.find(PRICED).isEmpty();
    return pieces && price.name().equals(x) ? Map.of("x", count.name()) : Map.of();
  }

  private @Nullable CardColumn only(Pattern words) {
    Predicate<CardColumn> fits = c -> c.isNumber() && is(c, words);
    List<CardColumn> all = columns.stream().filter(fits).toList();
    return all.size() == 1 ? all.getFirst() : null;
  }

  private static boolean is(CardColumn column, Pattern words) {
    String name = column.name().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ");
    return words.matcher(Vocabulary.english(name)).find();
  }
}
