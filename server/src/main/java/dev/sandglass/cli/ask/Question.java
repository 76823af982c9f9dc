package dev.sandglass.cli.ask;

import dev.sandglass.cli.local.ApiClient;
import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One question over the API: uploads the files, streams the turn, gives the final response. */
final class Question {

  /** What is asked for when nothing else is: the local model answers to every name. */
  static final String DEFAULT_MODEL = "sandglass";

  private static final String DATA = "data: ";

  private final ApiClient api;

  Question(ApiClient api) {
    this.api = api;
  }

  /**
   * Asks and returns the response as it is at the end of the stream.
   *
   * @param events hears every event: its type and itself
   */
  JsonNode ask(String model, String text, List<Path> files, BiConsumer<String, JsonNode> events)
      throws InterruptedException {
    ObjectNode body = body(model, text, upload(files));
    try (InputStream stream = api.stream(body);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith(DATA)) {
          continue;
        }
        JsonNode event = Json.MAPPER.readTree(line.substring(DATA.length()));
        String type = event.path("type").asString("");
        events.accept(type, event);
        switch (type) {
          case "response.completed", "response.incomplete", "response.failed" -> {
            return event.path("response");
          }
          case "error" ->
              throw new SandglassException(
                  Kind.UNAVAILABLE,
                  event.path("error").path("message").asString("the turn failed"));
          default -> {}
        }
      }
    } catch (IOException e) {
      throw cutOff(e);
    }
    throw cutOff(null);
  }

  private static SandglassException cutOff(@org.jspecify.annotations.Nullable IOException cause) {
    return new SandglassException(
        Kind.UNAVAILABLE, "the server ended the connection before the answer was complete", cause);
  }

  private List<String> upload(List<Path> files) throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> ids =
          files.stream().map(f -> threads.submit((Callable<String>) () -> upload(f))).toList();
      return ids.stream().map(Question::join).toList();
    }
  }

  private String upload(Path file) throws InterruptedException {
    try {
      return api.upload(file);
    } catch (SandglassException e) {
      throw new SandglassException(e.kind(), file + ": " + e.getMessage(), e);
    }
  }

  private static String join(Future<String> id) {
    try {
      return id.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r
          ? r
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandglassException(Kind.UNAVAILABLE, "interrupted", e);
    }
  }

  private static ObjectNode body(String model, String text, List<String> fileIds) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("model", model).put("input", text).put("stream", true);
    ArrayNode include = body.putArray("include");
    include.add("code_interpreter_call.outputs").add("sandglass.cell_output");
    ObjectNode tool = body.putArray("tools").addObject().put("type", "code_interpreter");
    ObjectNode container = tool.putObject("container").put("type", "auto");
    ArrayNode ids = container.putArray("file_ids");
    fileIds.forEach(ids::add);
    body.putObject("stream_options").put("include_obfuscation", false);
    return body;
  }
}
