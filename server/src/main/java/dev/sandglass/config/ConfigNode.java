package dev.sandglass.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A piece of the configuration with the place it came from, for error messages. */
sealed interface ConfigNode {

  /** Such as {@code line 12} or {@code SANDGLASS_SERVER_PORT}. */
  String place();

  record Scalar(String text, String place) implements ConfigNode {}

  /** An explicit {@code null} or an empty value: as if it weren't there. */
  record Empty(String place) implements ConfigNode {}

  record Mapping(Map<String, ConfigNode> members, String place) implements ConfigNode {}

  /** No setting takes a list; kept so that the binder can say so. */
  record Sequence(String place) implements ConfigNode {}

  /**
   * Reads one YAML document whose root is a mapping.
   *
   * @throws ConfigException if it is not YAML, a key stands twice, or it nests too deeply
   */
  static Mapping parse(String yaml, String file) {
    YAMLMapper mapper = new YAMLMapper(YAMLFactory.builder().build());
    try (JsonParser parser = mapper.createParser(yaml)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return new Mapping(new LinkedHashMap<>(), file);
      }
      return switch (read(parser, file, 0)) {
        case Mapping mapping -> mapping;
        case Empty empty -> new Mapping(new LinkedHashMap<>(), empty.place());
        case ConfigNode other ->
            throw problem(other.place(), "expected keys and values, such as `server:`");
      };
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      String message = e.getOriginalMessage().lines().findFirst().orElse("");
      throw problem(line > 0 ? file + ", line " + line : file, "not valid YAML: " + message);
    }
  }

  private static ConfigNode read(JsonParser parser, String file, int depth) {
    String place = file + ", line " + parser.currentTokenLocation().getLineNr();
    if (depth > 8) {
      throw problem(place, "nested too deeply");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, ConfigNode> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          String at = file + ", line " + parser.currentTokenLocation().getLineNr();
          parser.nextToken();
          if (members.put(key, read(parser, file, depth + 1)) != null) {
            throw problem(at, "`" + key + "` stands twice");
          }
        }
        yield new Mapping(members, place);
      }
      case START_ARRAY -> {
        parser.skipChildren();
        yield new Sequence(place);
      }
      case VALUE_NULL -> new Empty(place);
      default -> new Scalar(parser.getString(), place);
    };
  }

  private static ConfigException problem(String place, String what) {
    return new ConfigException(List.of(place + ": " + what));
  }
}
