package dev.sandglass.billing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of somebody's, and what they cost.
 *
 * @param project null: of several
 * @param key null: of several, or of none
 * @param cost US dollars
 */
public record Used(@Nullable String project, @Nullable String key, long sessions, BigDecimal cost) {

  private Used plus(Used other) {
    return new Used(project, key, sessions + other.sessions, cost.add(other.cost));
  }

  /** Those that {@code by} makes the same owner's, taken together. */
  static List<Used> grouped(List<Used> all, UnaryOperator<Used> by) {
    Map<List<@Nullable String>, Used> groups = new LinkedHashMap<>();
    for (Used each : all) {
      Used owner = by.apply(each);
      List<@Nullable String> key = new ArrayList<>();
      key.add(owner.project);
      key.add(owner.key);
      groups.merge(key, owner, Used::plus);
    }
    return List.copyOf(groups.values());
  }
}
