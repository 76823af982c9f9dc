package dev.sandglass.sandbox.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A frame's JSON header, read field by field with the type and the bound that the reader expects. A
 * field that isn't as expected is a {@link ProtocolException} that names it.
 */
final class Header {

  /**
   * File names needn't be valid Unicode: escaped, a lone surrogate (Python's way to keep such a
   * byte) survives the way there and back.
   */
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ObjectNode node;

  private Header(ObjectNode node) {
    this.node = node;
  }

  static Header of(String type) {
    return new Header(JSON.createObjectNode()).with("type", type);
  }

  static Header parse(byte[] json) throws ProtocolException {
    try {
      if (JSON.readTree(json) instanceof ObjectNode object) {
        return new Header(object);
      }
      throw new ProtocolException("the header is not a JSON object");
    } catch (JacksonException e) {
      throw new ProtocolException("the header is not JSON: " + e.getOriginalMessage());
    }
  }

  static Header wrap(JsonNode node, String what) throws ProtocolException {
    if (node instanceof ObjectNode object) {
      return new Header(object);
    }
    throw new ProtocolException(what + " is not an object");
  }

  byte[] toBytes() {
    return JSON.writeValueAsBytes(node);
  }

  Header with(String name, @Nullable String value) {
    node.put(name, value);
    return this;
  }

  Header with(String name, long value) {
    node.put(name, value);
    return this;
  }

  Header withNull(String name) {
    node.putNull(name);
    return this;
  }

  Header with(String name, JsonNode value) {
    node.set(name, value);
    return this;
  }

  String type() throws ProtocolException {
    return string("type", 64);
  }

  boolean has(String name) {
    JsonNode value = node.get(name);
    return value != null && !value.isNull();
  }

  JsonNode any(String name) throws ProtocolException {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new ProtocolException("field " + name + " is missing");
    }
    return value;
  }

  String string(String name, int maxChars) throws ProtocolException {
    JsonNode value = any(name);
    if (!value.isString() || value.stringValue().length() > maxChars) {
      throw new ProtocolException(
          "field %s is not a string of at most %d characters".formatted(name, maxChars));
    }
    return value.stringValue();
  }

  @Nullable String stringOrNull(String name, int maxChars) throws ProtocolException {
    return has(name) ? string(name, maxChars) : null;
  }

  /** A list of at most {@code max} strings. */
  List<String> strings(String name, int max, int maxChars) throws ProtocolException {
    JsonNode value = any(name);
    if (!value.isArray() || value.size() > max) {
      throw new ProtocolException("field %s is not a list of at most %d".formatted(name, max));
    }
    List<String> strings = new ArrayList<>(value.size());
    for (JsonNode node : value) {
      if (!node.isString() || node.stringValue().length() > maxChars) {
        throw new ProtocolException(
            "field %s has something else than strings of at most %d characters"
                .formatted(name, maxChars));
      }
      strings.add(node.stringValue());
    }
    return List.copyOf(strings);
  }

  long number(String name, long min, long max) throws ProtocolException {
    JsonNode value = any(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new ProtocolException("field " + name + " is not a whole number");
    }
    long number = value.longValue();
    if (number < min || number > max) {
      throw new ProtocolException(
          "field %s is %d, not in %d..%d".formatted(name, number, min, max));
    }
    return number;
  }

  /** Milliseconds may come with a fraction. */
  double milliseconds(String name) throws ProtocolException {
    JsonNode value = any(name);
    if (!value.isNumber() || !(value.doubleValue() >= 0) || value.doubleValue() > 1e12) {
      throw new ProtocolException("field " + name + " is not a time in milliseconds");
    }
    return value.doubleValue();
  }

  boolean flag(String name) throws ProtocolException {
    JsonNode value = any(name);
    if (!value.isBoolean()) {
      throw new ProtocolException("field " + name + " is neither true nor false");
    }
    return value.booleanValue();
  }

  @Override
  public String toString() {
    return node.toString();
  }
}
