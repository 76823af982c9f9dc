package dev.sandglass.cli.eval;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a text settles on the right name out of several candidates.
 *
 * <p>The first sentence or line that has a word of the claim ("highest") and names exactly one
 * candidate decides. Where there is none, the candidate named first does: sorted lists begin with
 * the answer.
 */
final class Naming {

  private static final Pattern SEGMENTS = Pattern.compile("\\n+|(?<=[.!?;])\\s+");

  private final Pattern right;
  private final Pattern rivals;
  private final Pattern claim;

  /** Takes the forms of the right name and of all wrong ones. */
  Naming(List<String> right, List<String> rivals, List<String> claim, boolean caseMatters) {
    this.right = anyOf(right, caseMatters ? 0 : ignoringCase(), "");
    this.rivals = anyOf(rivals, caseMatters ? 0 : ignoringCase(), "");
    this.claim = anyOf(claim, ignoringCase(), "\\p{L}*");
  }

  boolean settledIn(String text) {
    for (String segment : SEGMENTS.split(text, -1)) {
      boolean named = right.matcher(segment).find();
      boolean rival = rivals.matcher(segment).find();
      if (named != rival && claim.matcher(segment).find()) {
        return named;
      }
    }
    Matcher first = right.matcher(text);
    Matcher other = rivals.matcher(text);
    return first.find() && (!other.find() || first.start() <= other.start());
  }

  private static int ignoringCase() {
    return Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
  }

  private static Pattern anyOf(List<String> names, int flags, String end) {
    if (names.isEmpty()) {
      return Pattern.compile("(?!)");
    }
    // Longest first: "11/05/2024" is no mention of "05/2024".
    List<String> quoted =
        names.stream()
            .sorted((a, b) -> Integer.compare(b.length(), a.length()))
            .map(Pattern::quote)
            .toList();
    String body = "(?<![\\p{L}\\d])(?:" + String.join("|", quoted) + ")" + end + "(?![\\p{L}\\d])";
    return Pattern.compile(body, flags);
  }
}
