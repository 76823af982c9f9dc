package dev.sandglass.cli.eval;

import dev.sandglass.cli.local.ApiClient;
import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks a question as any client would: uploads its files, asks, fetches what was produced. */
final class ApiAsker {

  private static final int MAX_FILE = 8 << 20;

  private final ApiClient api;
  private final String model;

  ApiAsker(ApiClient api, String model) {
    this.api = api;
    this.model = model;
  }

  /**
   * A failed turn is an attempt without an answer.
   *
   * @throws SandglassException if there is no server that could be asked
   */
  Attempt ask(EvalQuestion question, Path folder) throws InterruptedException {
    long began = System.nanoTime();
    Set<String> made = new LinkedHashSet<>();
    try {
      List<String> ids = new ArrayList<>();
      for (String name : question.files()) {
        ids.add(api.upload(folder.resolve(name)));
        made.add("/files/" + ids.getLast());
      }
      JsonNode response = api.post(body(question.question(), ids), "/responses");
      double seconds = (System.nanoTime() - began) / 1e9;
      made.add("/responses/" + response.path("id").asString());
      Reading.containers(response).forEach(id -> made.add("/containers/" + id));
      return attempt(question, response, seconds);
    } catch (SandglassException e) {
      if (e.getCause() instanceof ConnectException) {
        throw e;
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      String failure = "failed: " + e.getMessage();
      return new Attempt(question.id(), "", 0, seconds, List.of(), failure, List.of());
    } finally {
      for (String path : made) {
        delete(path);
      }
    }
  }

  /** What can't be deleted ends by itself, and says nothing about the answer. */
  private void delete(String path) throws InterruptedException {
    try {
      api.delete(path);
    } catch (SandglassException e) {
      System.err.println(path + " is left: " + e.getMessage());
    }
  }

  private Attempt attempt(EvalQuestion question, JsonNode response, double seconds)
      throws InterruptedException {
    List<Produced> files = new ArrayList<>(Reading.shown(response));
    for (Reading.Cited cited : Reading.cited(response)) {
      files.add(Produced.of(cited.name(), download(cited)));
    }
    List<String> cells = Reading.cells(response);
    String failure = response.path("error").path("message").asString("");
    return new Attempt(
        question.id(),
        Reading.text(response),
        cells.size(),
        seconds,
        files,
        failure.isEmpty() ? null : "failed: " + failure,
        cells);
  }

  private byte[] download(Reading.Cited cited) throws InterruptedException {
    try (InputStream in = api.containerFile(cited.container(), cited.file())) {
      return in.readNBytes(MAX_FILE);
    } catch (IOException e) {
      throw new SandglassException(
          SandglassException.Kind.UNAVAILABLE, cited.name() + " was cut off: " + e.getMessage(), e);
    }
  }

  private ObjectNode body(String question, List<String> fileIds) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("model", model).put("input", question);
    body.putArray("include").add("code_interpreter_call.outputs");
    ObjectNode tool = body.putArray("tools").addObject().put("type", "code_interpreter");
    ArrayNode ids = tool.putObject("container").put("type", "auto").putArray("file_ids");
    fileIds.forEach(ids::add);
    return body;
  }
}
