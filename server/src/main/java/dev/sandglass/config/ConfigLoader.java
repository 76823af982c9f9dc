package dev.sandglass.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration: a YAML file, environment variables over it, flags over both. Unknown
 * names are errors that tell the nearest known one.
 */
public final class ConfigLoader {

  private static final long MAX_FILE_BYTES = 1 << 20;

  private ConfigLoader() {}

  /**
   * Reads and checks everything.
   *
   * @param file a YAML file, or null for none
   * @param environment the process's; {@code SANDGLASS_<SECTION>_<SETTING>} is looked at
   * @param flags by path, such as {@code server.port} → {@code 9000}; the strongest
   * @throws ConfigException with all problems found
   */
  public static Config load(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
    ConfigNode.Mapping root =
        file == null
            ? new ConfigNode.Mapping(new LinkedHashMap<>(), "defaults")
            : ConfigNode.parse(read(file), file.toString());
    List<String> problems = new ArrayList<>();
    Overlay overlay = new Overlay(root, problems);
    overlay.environment(environment);
    overlay.flags(flags);
    Config config = new Binder(problems).bind(Config.class, root, "");
    if (config == null || !problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    Checks.check(config);
    return config;
  }

  /** Every setting that has a fixed path, with its entry: {@code server.port} and so on. */
  static Map<String, Schema.Entry> settings() {
    Map<String, Schema.Entry> settings = new TreeMap<>();
    collect(Config.class, "", settings);
    return settings;
  }

  private static void collect(
      Class<? extends Record> section, String prefix, Map<String, Schema.Entry> into) {
    for (Schema.Entry entry : Schema.of(section)) {
      String path = prefix + entry.key();
      if (entry.type() instanceof Schema.Type.Section nested) {
        collect(nested.record(), path + ".", into);
      } else {
        into.put(path, entry);
      }
    }
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new ConfigException(List.of(file + ": larger than 1MiB; this is no configuration"));
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException(List.of(file + ": no such file"));
    } catch (CharacterCodingException e) {
      throw new ConfigException(List.of(file + ": not UTF-8 text"));
    } catch (IOException e) {
      throw new ConfigException(List.of(file + ": cannot be read (" + e.getMessage() + ")"));
    }
  }
}
