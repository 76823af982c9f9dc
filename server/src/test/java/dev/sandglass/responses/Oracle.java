package dev.sandglass.responses;

import com.openai.core.ObjectMappers;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseStreamEvent;
import dev.sandglass.common.Json;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** The official Java SDK as the judge of what we send: its strict {@code validate()}. */
public final class Oracle {

  private static final AtomicInteger JUDGED = new AtomicInteger();

  private Oracle() {}

  /** A Response object. */
  public static Response validate(JsonNode response) {
    JUDGED.incrementAndGet();
    return read(response, Response.class).validate();
  }

  /** A stream event; our own extensions excepted. */
  public static void validateEvent(JsonNode event) {
    if (!event.path("type").asString("").startsWith("sandglass.")) {
      JUDGED.incrementAndGet();
      read(event, ResponseStreamEvent.class).validate();
    }
  }

  /** How many objects were judged so far. */
  public static int judged() {
    return JUDGED.get();
  }

  private static <T> T read(JsonNode json, Class<T> type) {
    try {
      return ObjectMappers.jsonMapper().readValue(Json.MAPPER.writeValueAsString(json), type);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError("openai-java can't read " + json, e);
    }
  }
}
