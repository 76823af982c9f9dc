package dev.sandglass.model;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which upstream answers for which requested name: patterns in which {@code *} stands for anything,
 * the first that fits. Immutable.
 */
record Routes(Map<String, String> upstreamByPattern) {

  Optional<String> upstreamFor(String requested) {
    return upstreamByPattern.entrySet().stream()
        .filter(route -> fits(route.getKey(), requested))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  static boolean fits(String pattern, String name) {
    StringBuilder regex = new StringBuilder();
    for (String literal : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    }
    return name.matches("(?s)" + regex);
  }
}
