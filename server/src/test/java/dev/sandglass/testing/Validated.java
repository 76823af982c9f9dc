package dev.sandglass.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.openai.core.ObjectMappers;
import com.openai.errors.OpenAIInvalidDataException;
import com.openai.models.ErrorObject;
import com.openai.models.admin.organization.usage.UsageCodeInterpreterSessionsResponse;
import com.openai.models.admin.organization.usage.UsageCostsResponse;
import com.openai.models.containers.ContainerRetrieveResponse;
import com.openai.models.containers.files.FileRetrieveResponse;
import com.openai.models.files.FileDeleted;
import com.openai.models.files.FileObject;
import com.openai.models.models.Model;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseItem;
import com.openai.models.responses.ResponseStreamEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Holds every answer that a test's client gets against the official Java SDK's types: what {@code
 * validate()} refuses fails the test. How many of each type were seen is written to {@code
 * target/validated.json} at the end of the run, for tests/validated.py.
 */
public final class Validated {

  private static final JsonMapper MAPPER = ObjectMappers.jsonMapper();
  private static final Map<String, Integer> SEEN = new TreeMap<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Validated::write));
  }

  private Validated() {}

  /** An answer's body; anything but JSON and event streams is left alone. */
  public static void body(String contentType, byte[] body) {
    if (contentType.startsWith("application/json")) {
      object(tree(new String(body, StandardCharsets.UTF_8)));
    } else if (contentType.startsWith("text/event-stream")) {
      new String(body, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("data: {"))
          .forEach(line -> event(line.substring(6)));
    }
  }

  /** An answer as it came from a socket, with its head: if it is an error's envelope. */
  public static void raw(String answer) {
    int body = answer.indexOf("{\"error\":{");
    if (body >= 0) {
      object(answer.substring(body, answer.lastIndexOf('}') + 1));
    }
  }

  /** An object of the API. */
  public static void object(String json) {
    object(tree(json));
  }

  /** An event of a stream. The SDKs throw one's {@code error}, and read nothing else of it. */
  public static void event(String json) {
    JsonNode event = tree(json);
    String name = "event " + event.path("type").asText();
    if (event.path("type").asText().startsWith("sandglass.")) {
      count(name); // Sandglass's own, which no SDK knows
    } else if (event.has("error")) {
      check(name, event.path("error"), ErrorObject.class, e -> e.validate());
    } else {
      check(name, event, ResponseStreamEvent.class, e -> e.validate());
    }
  }

  private static void object(JsonNode json) {
    if (json.has("error") && !json.has("object")) {
      check("error", json.path("error"), ErrorObject.class, e -> e.validate());
      return;
    }
    switch (json.path("object").asText(json.path("type").asText())) {
      case "list" -> {
        count("list");
        json.path("data").forEach(Validated::object);
      }
      case "page" -> page(json);
      case "response" -> {
        if (json.has("deleted")) {
          count("response deleted"); // the SDKs read nothing of it
        } else {
          check("response", json, Response.class, r -> r.validate());
        }
      }
      case "container" ->
          check("container", json, ContainerRetrieveResponse.class, c -> c.validate());
      case "container.file" ->
          check("container.file", json, FileRetrieveResponse.class, f -> f.validate());
      case "model" -> check("model", json, Model.class, m -> m.validate());
      case "file" -> {
        if (json.has("deleted")) {
          check("file deleted", json, FileDeleted.class, f -> f.validate());
        } else {
          check("file", json, FileObject.class, f -> f.validate());
        }
      }
      case "message", "code_interpreter_call", "reasoning" ->
          check("input item", json, ResponseItem.class, i -> i.validate());
      // Of these the SDKs read nothing.
      case "container.deleted", "container.file.deleted" -> count(json.path("object").asText());
      default -> {
        if (json.has("object")) {
          throw new AssertionError("of no type that is known: " + json);
        }
        count("other");
      }
    }
  }

  /** Which of the two it is, its results say; an empty one is either. */
  private static void page(JsonNode json) {
    if (json.findValues("results").toString().contains("\"organization.costs.result\"")) {
      check("costs", json, UsageCostsResponse.class, c -> c.validate());
    } else {
      check("usage", json, UsageCodeInterpreterSessionsResponse.class, u -> u.validate());
    }
  }

  private static <T> void check(String name, JsonNode json, Class<T> type, Consumer<T> validate) {
    try {
      validate.accept(MAPPER.treeToValue(json, type));
      count(name);
    } catch (JsonProcessingException | OpenAIInvalidDataException e) {
      throw new AssertionError("the Java SDK refuses this " + name + ": " + json, e);
    }
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }

  private static void count(String name) {
    synchronized (SEEN) {
      SEEN.merge(name, 1, Integer::sum);
    }
  }

  private static void write() {
    synchronized (SEEN) {
      try {
        Files.write(
            Path.of("target", "validated.json"),
            List.of(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(SEEN)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
