package dev.sandglass.common;

import tools.jackson.databind.json.JsonMapper;

/** The one JSON mapper for wire and storage. Thread-safe and immutable. */
public final class Json {

  public static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}
}
