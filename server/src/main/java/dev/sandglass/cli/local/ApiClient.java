package dev.sandglass.cli.local;

import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The little of the API that the command line needs, over HTTP like any other client. Thread-safe.
 */
public final class ApiClient {

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI base;
  private final String key;

  /**
   * @param base with {@code /v1}
   */
  public ApiClient(URI base, String key) {
    this.base = base;
    this.key = key;
  }

  /** Uploads a file and returns its id. */
  public String upload(Path file) throws InterruptedException {
    String boundary = "sandglass-" + UUID.randomUUID();
    String name =
        String.valueOf(file.getFileName()).replace("\"", "%22").replace("\r", "").replace("\n", "");
    String head =
        part(boundary, "purpose")
            + "\r\nuser_data\r\n"
            + part(boundary, "file\"; filename=\"" + name)
            + "Content-Type: application/octet-stream\r\n\r\n";
    BodyPublisher body;
    try {
      body =
          BodyPublishers.concat(
              BodyPublishers.ofString(head),
              BodyPublishers.ofFile(file),
              BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
    } catch (java.io.FileNotFoundException e) {
      throw new SandglassException(Kind.INVALID, "no such file: " + file, e);
    }
    HttpRequest request =
        request("/files")
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(body)
            .build();
    return json(send(request, BodyHandlers.ofInputStream())).path("id").asString();
  }

  private static String part(String boundary, String name) {
    return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n";
  }

  /** Opens {@code POST /responses} with {@code stream: true}; closing the stream ends the turn. */
  public InputStream stream(JsonNode body) throws InterruptedException {
    return checked(send(post("/responses", body), BodyHandlers.ofInputStream())).body();
  }

  /** {@code POST} with a JSON body and a JSON answer. */
  public JsonNode post(JsonNode body, String path) throws InterruptedException {
    return json(send(post(path, body), BodyHandlers.ofInputStream()));
  }

  /** {@code GET} with a JSON answer. */
  public JsonNode get(String path) throws InterruptedException {
    return json(send(request(path).GET().build(), BodyHandlers.ofInputStream()));
  }

  /** {@code DELETE}. */
  public void delete(String path) throws InterruptedException {
    json(send(request(path).DELETE().build(), BodyHandlers.ofInputStream()));
  }

  /** Downloads a container's file. */
  public InputStream containerFile(String container, String file) throws InterruptedException {
    String path = "/containers/" + escape(container) + "/files/" + escape(file) + "/content";
    return checked(send(request(path).GET().build(), BodyHandlers.ofInputStream())).body();
  }

  private HttpRequest post(String path, JsonNode body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(body)))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer " + key);
  }

  private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws InterruptedException {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "the server at " + base + " can't be reached: " + e.getMessage(), e);
    }
  }

  private static JsonNode json(HttpResponse<InputStream> response) {
    try (InputStream in = checked(response).body()) {
      return Json.MAPPER.readTree(in);
    } catch (IOException | JacksonException e) {
      throw new SandglassException(Kind.INTERNAL, "the server's answer can't be read", e);
    }
  }

  private static HttpResponse<InputStream> checked(HttpResponse<InputStream> response) {
    if (response.statusCode() == 200) {
      return response;
    }
    String message = "the server answered " + response.statusCode();
    try (InputStream in = response.body()) {
      message = Json.MAPPER.readTree(in).path("error").path("message").asString(message);
    } catch (IOException | JacksonException e) {
      // The status alone must do.
    }
    Kind kind = response.statusCode() < 500 ? Kind.INVALID : Kind.UNAVAILABLE;
    throw new SandglassException(kind, message);
  }

  private static String escape(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8);
  }
}
