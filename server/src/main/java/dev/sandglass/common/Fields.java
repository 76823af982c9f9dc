package dev.sandglass.common;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON object read strictly: every accessor checks type and bounds and fails with the hosted
 * API's code and message (openai-api.md 4.9), naming the whole path ({@code tools[0].container}).
 * {@code null} counts as not given, as it does there.
 *
 * <p>Call {@link #onlyKnown} where unknown keys are to be refused; nested objects too.
 */
public final class Fields {

  private final ObjectNode node;
  private final String path;

  private Fields(ObjectNode node, String path) {
    this.node = node;
    this.path = path;
  }

  /** The whole body. */
  public static Fields of(JsonNode body) {
    if (body instanceof ObjectNode object) {
      return new Fields(object, "");
    }
    throw ApiException.invalid(
        "Invalid body: expected an object, but got " + typeOf(body) + " instead.",
        "invalid_type",
        null);
  }

  /** A nested object, {@code path} from the root of the body: {@code input[0]}. */
  public static Fields of(JsonNode value, String path) {
    if (value instanceof ObjectNode object) {
      return new Fields(object, path);
    }
    throw ApiException.type(path, "an object", typeOf(value));
  }

  public ObjectNode node() {
    return node;
  }

  /** {@code name} as seen from the root of the body. */
  public String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Where this object stands; "" for the body itself. */
  public String path() {
    return path;
  }

  /** Present and not null. */
  public boolean has(String name) {
    return any(name) != null;
  }

  /** The raw value, or null if absent or JSON null. */
  public @Nullable JsonNode any(String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  public JsonNode requiredAny(String name) {
    JsonNode value = any(name);
    if (value == null) {
      throw ApiException.missing(path(name));
    }
    return value;
  }

  /** Refuses any key that isn't in {@code names}, with a hint at the nearest of them. */
  public void onlyKnown(String... names) {
    List<String> known = Arrays.asList(names);
    for (String name : node.propertyNames()) {
      if (!known.contains(name)) {
        String hint =
            Nearest.of(name, known).map(n -> "Did you mean '" + path(n) + "'?").orElse("");
        throw ApiException.unknown(Text.shown(path(name)), hint);
      }
    }
  }

  public @Nullable String string(String name) {
    JsonNode value = any(name);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      throw ApiException.type(path(name), "a string", typeOf(value));
    }
    return value.stringValue();
  }

  /** A string of at most {@code max} characters. */
  public @Nullable String string(String name, int max) {
    String value = string(name);
    if (value != null && value.length() > max) {
      throw ApiException.invalid(
          "Invalid '%s': string too long. Expected a string with maximum length %d, but got a string with length %d instead."
              .formatted(path(name), max, value.length()),
          "string_above_max_length",
          path(name));
    }
    return value;
  }

  /** A string that must be there and not empty. */
  public String requiredString(String name) {
    String value = string(name);
    if (value == null) {
      throw ApiException.missing(path(name));
    }
    if (value.isEmpty()) {
      throw ApiException.invalid(
          "Invalid '%s': empty string. Expected a string with minimum length 1, but got an empty string instead."
              .formatted(path(name)),
          "empty_string",
          path(name));
    }
    return value;
  }

  public @Nullable Boolean bool(String name) {
    JsonNode value = any(name);
    if (value == null) {
      return null;
    }
    if (!value.isBoolean()) {
      throw ApiException.type(path(name), "a boolean", typeOf(value));
    }
    return value.booleanValue();
  }

  public boolean bool(String name, boolean otherwise) {
    Boolean value = bool(name);
    return value == null ? otherwise : value;
  }

  /** A whole number within bounds (both included). */
  public @Nullable Long integer(String name, long min, long max) {
    JsonNode value = any(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber()) {
      throw ApiException.type(path(name), "an integer", typeOf(value));
    }
    Bounds.integer(path(name), value.bigIntegerValue(), min, max);
    return value.longValue();
  }

  /** A number within bounds (both included). */
  public @Nullable Double decimal(String name, double min, double max) {
    JsonNode value = any(name);
    if (value == null) {
      return null;
    }
    if (!value.isNumber()) {
      throw ApiException.type(path(name), "a decimal number", typeOf(value));
    }
    if (value.isDouble()) {
      Bounds.finite(path(name), value.doubleValue(), min, max);
    }
    Bounds.decimal(path(name), value.decimalValue(), min, max);
    return value.doubleValue();
  }

  /** A string that is one of {@code supported}. */
  public @Nullable String oneOf(String name, String... supported) {
    String value = string(name);
    if (value != null && !Arrays.asList(supported).contains(value)) {
      throw ApiException.value(path(name), value, Arrays.asList(supported));
    }
    return value;
  }

  public String requiredOneOf(String name, String... supported) {
    String value = oneOf(name, supported);
    if (value == null) {
      throw ApiException.missing(path(name));
    }
    return value;
  }

  public @Nullable Fields object(String name) {
    JsonNode value = any(name);
    return value == null ? null : of(value, path(name));
  }

  /** An array's elements; empty if not given. */
  public List<JsonNode> array(String name, int max) {
    JsonNode value = any(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw ApiException.type(path(name), "an array", typeOf(value));
    }
    if (value.size() > max) {
      throw ApiException.invalid(
          "Invalid '%s': array too long. Expected an array with maximum length %d, but got an array with length %d instead."
              .formatted(path(name), max, value.size()),
          "array_above_max_length",
          path(name));
    }
    return List.copyOf(value.values());
  }

  /** An array of objects, each knowing its path. */
  public List<Fields> objects(String name, int max) {
    List<Fields> objects = new ArrayList<>();
    for (JsonNode element : array(name, max)) {
      objects.add(of(element, element(name, objects.size())));
    }
    return objects;
  }

  public List<String> strings(String name, int max) {
    List<String> strings = new ArrayList<>();
    for (JsonNode element : array(name, max)) {
      if (!element.isString()) {
        throw ApiException.type(element(name, strings.size()), "a string", typeOf(element));
      }
      strings.add(element.stringValue());
    }
    return strings;
  }

  /** {@code metadata}: at most 16 pairs, keys of 64 and values of 512 characters. */
  public Map<String, String> metadata(String name) {
    Fields object = object(name);
    Map<String, String> metadata = new LinkedHashMap<>();
    if (object == null) {
      return metadata;
    }
    if (object.node.size() > 16) {
      throw ApiException.invalid(
          "Invalid '%s': too many properties. Expected an object with at most 16 properties, but got an object with %d properties instead."
              .formatted(path(name), object.node.size()),
          "object_above_max_properties",
          path(name));
    }
    for (String key : object.node.propertyNames()) {
      if (key.length() > 64) {
        throw ApiException.invalid(
            "Invalid '%s': property name too long. Expected a property name with maximum length 64, but got one with length %d instead."
                .formatted(path(name), key.length()),
            "property_name_above_max_length",
            path(name));
      }
      String value = object.string(key, 512);
      if (value == null) {
        throw ApiException.type(object.path(key), "a string", "null");
      }
      metadata.put(key, value);
    }
    return metadata;
  }

  /** {@code tools} and 0 → {@code tools[0]}, as seen from the root. */
  public String element(String name, int index) {
    return path(name) + "[" + index + "]";
  }

  /** A value's type with its article, as messages name it. */
  public static String typeOf(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return "null";
    }
    return Stream.of(
            value.isString() ? "a string" : "",
            value.isBoolean() ? "a boolean" : "",
            value.isIntegralNumber() ? "an integer" : "",
            value.isNumber() ? "a decimal number" : "",
            value.isArray() ? "an array" : "")
        .filter(t -> !t.isEmpty())
        .findFirst()
        .orElse("an object");
  }
}
