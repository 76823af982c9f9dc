package dev.sandglass.server;

import dev.sandglass.common.Json;
import dev.sandglass.testing.Api;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedReply;
import dev.sandglass.testing.ServerProcess;
import dev.sandglass.testing.Validated;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the tests of killed servers say over HTTP. The model runs what the user writes. */
final class Wire {

  private Wire() {}

  private static final Pattern CODE = Pattern.compile("<run>\n(.*)\n</run>", Pattern.DOTALL);

  /** A model that runs the code in the last question, and is then done. */
  static ScriptedModel obedientModel() {
    return ScriptedModel.start()
        .answers(asked -> {
          JsonNode messages = asked.body().path("messages");
          JsonNode last = messages.path(messages.size() - 1);
          return last.path("role").asString("").equals("tool")
              ? ScriptedReply.text("Done.")
              : ScriptedReply.code(code(messages));
        });
  }

  private static String code(JsonNode messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      Matcher found = CODE.matcher(messages.path(i).path("content").asString(""));
      if (found.find()) {
        return found.group(1);
      }
    }
    throw new AssertionError("nothing to run in " + messages);
  }

  static ObjectNode body(String code, @Nullable String container, @Nullable String previous) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("model", "m").put("input", "<run>\n" + code + "\n</run>");
    ObjectNode tool = body.putArray("tools").addObject().put("type", "code_interpreter");
    if (container == null) {
      tool.putObject("container").put("type", "auto");
    } else {
      tool.put("container", container);
    }
    body.putArray("include").add("code_interpreter_call.outputs").add("sandglass.cell_output");
    if (previous != null) {
      body.put("previous_response_id", previous);
    }
    return body;
  }

  static String container(Api api) throws IOException, InterruptedException {
    return api.post("/v1/containers", "{'name':'c'}").json().path("id").asString("");
  }

  /** Runs code in a container and gives the response. */
  static JsonNode run(Api api, String code, @Nullable String container, @Nullable String previous)
      throws IOException, InterruptedException {
    return api.post("/v1/responses", "application/json", body(code, container, previous).toString())
        .json();
  }

  /** Everything that a response's cells have given out as text. */
  static String logs(JsonNode response) {
    StringBuilder logs = new StringBuilder();
    for (JsonNode item : response.path("output")) {
      item.path("outputs").forEach(o -> logs.append(o.path("logs").asString("")));
    }
    return logs.toString();
  }

  static JsonNode response(Api api, String id) throws IOException, InterruptedException {
    return api.get("/v1/responses/" + id + "?include[]=code_interpreter_call.outputs").json();
  }

  /** The response once it isn't in progress any more. */
  static JsonNode ended(Api api, String id) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    JsonNode response = response(api, id);
    while (response.path("status").asString("").equals("in_progress")) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("still in progress: " + response);
      }
      response = response(api, id);
    }
    return response;
  }

  /** The content of a container's file, or null if it isn't listed. */
  static @Nullable String file(Api api, String container, String path)
      throws IOException, InterruptedException {
    JsonNode files = api.get("/v1/containers/" + container + "/files?limit=100").json();
    for (JsonNode file : files.path("data")) {
      if (file.path("path").asString("").equals("/mnt/data/" + path)) {
        return api.get(
                "/v1/containers/%s/files/%s/content"
                    .formatted(container, file.path("id").asString("")))
            .text();
      }
    }
    return null;
  }

  /** A request that streams, read until its cell has said something. */
  static final class Streaming implements AutoCloseable {
    private final HttpURLConnection connection;
    private final InputStream in;
    final String responseId;

    Streaming(ServerProcess server, ObjectNode body, Predicate<String> until)
        throws IOException, URISyntaxException {
      connection =
          (HttpURLConnection) server.url().resolve("/v1/responses").toURL().openConnection();
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      Map.of("Authorization", "Bearer " + server.key(), "Content-Type", "application/json")
          .forEach(connection::setRequestProperty);
      connection
          .getOutputStream()
          .write(body.put("stream", true).toString().getBytes(StandardCharsets.UTF_8));
      in = connection.getInputStream();
      String id = "";
      StringBuilder line = new StringBuilder();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b != '\n') {
          line.append((char) b);
          continue;
        }
        String text = line.toString();
        line.setLength(0);
        if (text.startsWith("data: ")) {
          Validated.event(text.substring(6));
        }
        if (id.isEmpty() && text.startsWith("data: ")) {
          id = Json.MAPPER.readTree(text.substring(6)).path("response").path("id").asString("");
        }
        if (until.test(text)) {
          break;
        }
      }
      responseId = id;
    }

    @Override
    public void close() {
      connection.disconnect();
    }
  }
}
