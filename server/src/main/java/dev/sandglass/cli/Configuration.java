package dev.sandglass.cli;

import dev.sandglass.cli.local.Program;
import dev.sandglass.cli.setup.Setup;
import dev.sandglass.config.Config;
import dev.sandglass.config.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options by which a command gets its configuration: a file, single settings, and short names
 * for the usual ones.
 */
final class Configuration {

  /** The upstream that --model-url stands for. */
  private static final String UPSTREAM = "models.upstreams.endpoint.";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration, YAML (docs/configuration.md).")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "One setting, such as --set sandbox.cell-timeout=30s. May be repeated.")
  private Map<String, String> settings = new HashMap<>();

  @Option(names = "--home", paramLabel = "DIR", description = "Where database and files are kept.")
  private @Nullable Path home;

  Config load(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(settings);
    if (home != null) {
      all.put("storage.home", home.toString());
    }
    all.putAll(more);
    return ConfigLoader.load(file, System.getenv(), all);
  }

  /** The same, with the image of this clone's recipe unless another one is configured. */
  Config loadWithImage(Map<String, String> more) {
    Config config = load(more);
    if (config.sandbox().image() != null
        || !Files.exists(Program.root().resolve("sandbox/image/build.sh"))) {
      return config;
    }
    Map<String, String> all = new HashMap<>(more);
    all.put("sandbox.image", Setup.imageDirectory().toString());
    return load(all);
  }

  /** The settings that --model-url and --model stand for. */
  static Map<String, String> upstream(@Nullable String url, @Nullable String model) {
    Map<String, String> settings = new HashMap<>();
    if (url != null) {
      settings.put(UPSTREAM + "url", url);
      settings.put(UPSTREAM + "key-env", "OPENAI_API_KEY");
      if (model != null) {
        settings.put(UPSTREAM + "model", model);
      }
    } else if (model != null) {
      settings.put("models.local.model", model);
    }
    return settings;
  }
}
