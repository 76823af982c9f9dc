package dev.sandglass.config;

import java.nio.file.Path;
import java.util.Map;

/** Where state and cache are by default (XDG base directories). */
final class Places {

  private Places() {}

  static Path home(Map<String, String> env) {
    return place(env, "SANDGLASS_HOME", "XDG_DATA_HOME", ".local/share");
  }

  static Path cache(Map<String, String> env) {
    return place(env, "SANDGLASS_CACHE", "XDG_CACHE_HOME", ".cache");
  }

  private static Path place(Map<String, String> env, String own, String xdg, String below) {
    String set = env.getOrDefault(own, "");
    if (!set.isEmpty()) {
      return Path.of(set);
    }
    String base = env.getOrDefault(xdg, "");
    // The XDG specification says that a relative path is to be ignored.
    if (!base.isEmpty() && Path.of(base).isAbsolute()) {
      return Path.of(base, "sandglass");
    }
    return Path.of(System.getProperty("user.home"), below, "sandglass");
  }
}
