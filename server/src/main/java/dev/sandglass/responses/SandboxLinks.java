package dev.sandglass.responses;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds {@code sandbox:/mnt/data/…} in a model's text. Where such a link ends is not always plain:
 * names hold spaces and brackets ({@code sales (2).csv}), links stand in Markdown, in quotes or
 * bare before a full stop. So each occurrence gives a list of readings, longest first, and the
 * first one that names a file wins. Pure.
 */
final class SandboxLinks {

  static final String SCHEME = "sandbox:";
  private static final String PREFIX = SCHEME + "/mnt/data/";

  /** Links beyond these in one text are left as text; nobody writes so many. */
  static final int MAX_LINKS = 200;

  private static final int MAX_LENGTH = 1024;

  /** The most readings of one link. */
  private static final int MAX_READINGS = 24;

  private static final String TRAILING = ".,;:!?)]}>'\"*_`";

  private SandboxLinks() {}

  /**
   * An occurrence.
   *
   * @param start in {@code char}s, at {@code sandbox:}
   * @param end in {@code char}s, exclusive
   * @param path as written, or percent-decoded if that names the file
   * @param target what {@code lookup} found, if anything
   */
  record Link<T>(int start, int end, String path, Optional<T> target) {}

  /** All links in order; {@code lookup} gets absolute paths. */
  static <T> List<Link<T>> find(String text, Function<String, Optional<T>> lookup) {
    List<Link<T>> links = new ArrayList<>();
    int from = text.indexOf(PREFIX);
    while (from >= 0 && links.size() < MAX_LINKS) {
      Link<T> link = read(text, from, lookup);
      links.add(link);
      from = text.indexOf(PREFIX, Math.max(link.end(), from + PREFIX.length()));
    }
    return links;
  }

  private static <T> Link<T> read(String text, int start, Function<String, Optional<T>> lookup) {
    List<Integer> ends = ends(text, start);
    for (int end : ends) {
      for (String path : paths(text.substring(start + SCHEME.length(), end))) {
        Optional<T> target = lookup.apply(path);
        if (target.isPresent()) {
          return new Link<>(start, end, path, target);
        }
      }
    }
    int end = ends.isEmpty() ? start + PREFIX.length() : plainEnd(text, start, ends);
    return new Link<>(start, end, text.substring(start + SCHEME.length(), end), Optional.empty());
  }

  /** The reading that a renderer of Markdown would take, for a link that leads nowhere. */
  private static int plainEnd(String text, int start, List<Integer> ends) {
    for (int end : ends) {
      String candidate = text.substring(start, end);
      if (candidate.chars().noneMatch(Character::isWhitespace) && balanced(candidate)) {
        return end;
      }
    }
    return ends.getLast();
  }

  private static boolean balanced(String s) {
    int depth = 0;
    for (int i = 0; i < s.length(); i++) {
      depth += s.charAt(i) == '(' ? 1 : s.charAt(i) == ')' ? -1 : 0;
      if (depth < 0) {
        return false;
      }
    }
    return depth == 0 && TRAILING.indexOf(s.charAt(s.length() - 1)) < 0
        || depth == 0 && s.endsWith(")");
  }

  /** Possible ends, longest first. */
  private static List<Integer> ends(String text, int start) {
    int first = start + PREFIX.length();
    int limit = Math.min(text.length(), start + MAX_LENGTH);
    int stop = first;
    while (stop < limit && !endsAnyLink(text, start, stop)) {
      stop++;
    }
    List<Integer> ends = new ArrayList<>();
    for (int end = first + 1; end <= stop && ends.size() < MAX_READINGS; end++) {
      boolean possible = end == stop || isBreak(text.charAt(end));
      if (possible && !Character.isWhitespace(text.charAt(end - 1))) {
        ends.add(end);
      }
    }
    return ends.reversed();
  }

  private static boolean endsAnyLink(String text, int start, int at) {
    char c = text.charAt(at);
    if (c == '\n' || c == '\r' || c == '"' || c == '`' || c == '<' || c == '>') {
      return true;
    }
    return text.startsWith(PREFIX, at) && at > start;
  }

  private static boolean isBreak(char c) {
    return Character.isWhitespace(c) || TRAILING.indexOf(c) >= 0;
  }

  private static List<String> paths(String written) {
    if (written.indexOf('%') < 0) {
      return List.of(written);
    }
    try {
      // '+' stands for itself in a path
      String escaped = written.replace("+", "%2B");
      return List.of(written, URLDecoder.decode(escaped, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return List.of(written);
    }
  }
}
