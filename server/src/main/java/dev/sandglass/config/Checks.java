package dev.sandglass.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What must hold between settings, beyond the bounds of each. */
final class Checks {

  /** What a file system needs for each file that it may have. */
  private static final long INODE_BYTES = 256;

  private Checks() {}

  static void check(Config config) {
    List<String> problems = new ArrayList<>();
    Config.Models models = config.models();
    models.upstreams().forEach((name, upstream) -> upstream(name, upstream, problems));
    if (models.defaultUpstream() != null) {
      knownUpstream("models.default", models.defaultUpstream(), models, problems);
    }
    models
        .routes()
        .forEach(
            (pattern, name) -> knownUpstream("models.routes." + pattern, name, models, problems));
    if (models.upstreams().containsKey("local")) {
      problems.add("models.upstreams.local: this name stands for the local model; take another");
    }
    disk(config, problems);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** What is kept of a container must fit into it again. */
  private static void disk(Config config, List<String> problems) {
    Config.Sandbox sandbox = config.sandbox();
    long usable =
        sandbox.disk().bytes() / 64 * 63 - Math.multiplyExact(sandbox.diskInodes(), INODE_BYTES);
    Map<String, DataSize> kept =
        Map.of(
            "container.max-bytes", config.container().maxBytes(),
            "files.max-bytes", config.files().maxBytes());
    kept.forEach((name, size) -> {
      if (size.bytes() > usable) {
        problems.add(
            "sandbox.disk: %s have no room for %s, %s, beside what %,d inodes (sandbox.disk-inodes) take: give more, or lower that"
                .formatted(sandbox.disk(), name, size, sandbox.diskInodes()));
      }
    });
  }

  private static void upstream(String name, Config.Upstream upstream, List<String> problems) {
    String path = "models.upstreams." + name;
    if (upstream.key() != null && upstream.keyEnv() != null) {
      problems.add(path + ": give `key` or `key-env`, not both");
    }
    try {
      URI uri = URI.create(upstream.url());
      String scheme = uri.getScheme();
      if (uri.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
        throw new IllegalArgumentException("no http");
      }
    } catch (IllegalArgumentException e) {
      problems.add(
          path + ".url: `" + upstream.url() + "` is no URL such as http://127.0.0.1:8000/v1");
    }
  }

  private static void knownUpstream(
      String path, String name, Config.Models models, List<String> problems) {
    if (!name.equals("local") && !models.upstreams().containsKey(name)) {
      problems.add(
          "%s: there is no upstream `%s`; known: %s"
              .formatted(path, name, String.join(", ", models.upstreams().keySet()) + ", local"));
    }
  }
}
