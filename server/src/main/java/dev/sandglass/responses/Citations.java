package dev.sandglass.responses;

import dev.sandglass.container.ContainerFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which files an answer cites (openai-api.md 4.8), in this order: images that were displayed, at
 * {@code 0..0}; where the edition says so every other file made or changed in the turn that the
 * text doesn't link to, at {@code 0..0}; then the text's {@code sandbox:/mnt/data/…} links, in
 * order, with indices in Unicode code points, end exclusive. Pure.
 */
final class Citations {

  private Citations() {}

  /**
   * The citations of {@code text}.
   *
   * @param displayed images that cells showed
   * @param changed files that the turn made or changed; empty if those aren't to be cited by
   *     themselves
   */
  static List<Citation> of(
      String text,
      List<ContainerFile> displayed,
      List<ContainerFile> changed,
      Function<String, Optional<ContainerFile>> fileAt) {
    List<Citation> links = links(text, fileAt);
    Set<String> linked = new HashSet<>();
    links.forEach(l -> linked.add(l.fileId()));
    List<Citation> all = new ArrayList<>();
    displayed.forEach(image -> all.add(Citation.displayed(image)));
    changed.stream()
        .filter(f -> !linked.contains(f.id()) && !displayed.contains(f))
        .forEach(f -> all.add(Citation.whole(f)));
    all.addAll(links);
    return all;
  }

  /** The links that lead nowhere, as written, each once. */
  static List<String> dangling(String text, Function<String, Optional<ContainerFile>> fileAt) {
    return SandboxLinks.find(text, fileAt).stream()
        .filter(l -> l.target().isEmpty())
        .map(SandboxLinks.Link::path)
        .distinct()
        .toList();
  }

  private static List<Citation> links(
      String text, Function<String, Optional<ContainerFile>> fileAt) {
    List<Citation> citations = new ArrayList<>();
    int at = 0;
    int points = 0;
    for (var link : SandboxLinks.find(text, fileAt)) {
      points += text.codePointCount(at, link.start());
      int length = text.codePointCount(link.start(), link.end());
      int start = points;
      link.target().ifPresent(f -> citations.add(Citation.link(f, start, start + length)));
      points += length;
      at = link.end();
    }
    return citations;
  }
}
