package dev.sandglass.config;

import dev.sandglass.common.Nearest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lays environment variables and flags over what the file says. */
final class Overlay {

  private final ConfigNode.Mapping root;
  private final List<String> problems;
  private final Map<String, Schema.Entry> settings = ConfigLoader.settings();

  Overlay(ConfigNode.Mapping root, List<String> problems) {
    this.root = root;
    this.problems = problems;
  }

  void environment(Map<String, String> environment) {
    Map<String, String> pathOf = new HashMap<>();
    settings.forEach((path, entry) -> pathOf.put(Schema.environmentName(path), path));
    Map<String, String> further = new HashMap<>();
    settings.forEach((path, entry) -> {
      if (entry.setting() != null && !entry.setting().env().isEmpty()) {
        further.put(entry.setting().env(), path);
      }
    });
    // The name made from the path wins over the further one.
    further.forEach((name, path) -> set(environment, name, path));
    new TreeMap<>(environment)
        .forEach((name, value) -> {
          String path = pathOf.get(name);
          if (path != null) {
            set(environment, name, path);
          } else if (namesASection(name) && !further.containsKey(name)) {
            problems.add(
                "environment: unknown setting " + name + Nearest.hint(name, pathOf.keySet(), ""));
          }
        });
  }

  void flags(Map<String, String> flags) {
    flags.forEach((path, value) -> {
      if (known(path)) {
        put(path, new ConfigNode.Scalar(value, "flag " + path));
      } else {
        problems.add(
            "flag: unknown setting `" + path + "`" + Nearest.hint(path, settings.keySet(), "`"));
      }
    });
  }

  private void set(Map<String, String> environment, String name, String path) {
    String value = environment.getOrDefault(name, "");
    if (!value.isEmpty()) {
      put(path, new ConfigNode.Scalar(value, name));
    }
  }

  /** Below {@code models.upstreams} and {@code models.routes} the user chooses the names. */
  private boolean known(String path) {
    Schema.Entry exact = settings.get(path);
    if (exact != null) {
      return !(exact.type() instanceof Schema.Type.Named);
    }
    return settings.entrySet().stream()
        .anyMatch(s ->
            s.getValue().type() instanceof Schema.Type.Named && path.startsWith(s.getKey() + "."));
  }

  private static boolean namesASection(String variable) {
    return Config.sections().stream()
        .anyMatch(s -> variable.startsWith(Schema.environmentName(s) + "_"));
  }

  private void put(String path, ConfigNode.Scalar value) {
    List<String> segments = segments(path);
    Map<String, ConfigNode> at = root.members();
    for (String segment : segments.subList(0, segments.size() - 1)) {
      if (at.get(segment) instanceof ConfigNode.Mapping inner) {
        at = inner.members();
      } else {
        ConfigNode.Mapping made = new ConfigNode.Mapping(new LinkedHashMap<>(), value.place());
        at.put(segment, made);
        at = made.members();
      }
    }
    at.put(segments.getLast(), value);
  }

  /**
   * A route's pattern may hold dots ({@code gpt-4.1*}): what follows {@code routes.} is one name.
   */
  private static List<String> segments(String path) {
    String routes = "models.routes.";
    if (path.startsWith(routes)) {
      return List.of("models", "routes", path.substring(routes.length()));
    }
    return List.of(path.split("\\."));
  }
}
