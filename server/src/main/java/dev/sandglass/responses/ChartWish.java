package dev.sandglass.responses;

import dev.sandglass.container.ContainerFile;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a question asks for a chart, and whether there is one. Small models say "the chart shows"
 * without having drawn any. Pure.
 */
final class ChartWish {

  private static final Pattern ASKED =
      Pattern.compile(
          "\\b(?:plot|chart|bar ?chart|histogram|diagram+|heat ?map|scatter ?plot|box ?plot|line graph"
              + "|visuali[sz]e|gr[aá]fic[oa]|graphique|draw (?:a|an|the) (?:line|bar|pie|graph|curve))s?\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern DRAWN =
      Pattern.compile(".*\\.(?:png|svg|jpe?g|webp|gif|pdf|html)", Pattern.CASE_INSENSITIVE);

  private ChartWish() {}

  static boolean isIn(String question) {
    return ASKED.matcher(question).find();
  }

  /** Whether one of the files that a turn has made may be it. */
  static boolean isMet(List<ContainerFile> displayed, List<ContainerFile> changed) {
    return !displayed.isEmpty()
        || changed.stream()
            .anyMatch(f -> DRAWN.matcher(f.path().toLowerCase(Locale.ROOT)).matches());
  }
}
