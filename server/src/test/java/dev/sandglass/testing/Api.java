package dev.sandglass.testing;

import dev.sandglass.common.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** The API of a running server as raw HTTP, with one key. JSON is written with {@code '}. */
public final class Api implements AutoCloseable {

  /** An answer; {@code json} is missing if it has another type. */
  public record Answer(int status, HttpHeaders headers, JsonNode json, byte[] body) {
    public JsonNode error() {
      return json.path("error");
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;
  private final String key;
  private final String[] further;

  /** {@code url} has no {@code /v1}. */
  public Api(URI url, String key) {
    this(url, key, new String[0]);
  }

  private Api(URI url, String key, String[] further) {
    this.base = url.toString();
    this.key = key;
    this.further = further;
  }

  public Answer get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  /** Some bytes of it, both ends included. */
  public Answer get(String path, long first, long last) throws IOException, InterruptedException {
    return send(request(path).header("Range", "bytes=" + first + "-" + last));
  }

  public Answer delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE());
  }

  /** Posts JSON; {@code '} stands for the double quote. */
  public Answer post(String path, String json) throws IOException, InterruptedException {
    return post(path, "application/json", json.replace('\'', '"'));
  }

  public Answer post(String path, String type, String body)
      throws IOException, InterruptedException {
    return send(request(path).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
  }

  /** The same API, every request with this header too. */
  public Api with(String header, String value) {
    return new Api(URI.create(base), key, new String[] {header, value});
  }

  /** Uploads a text; {@code path} is a Files or container files route. */
  public JsonNode upload(String path, String filename, String content)
      throws IOException, InterruptedException {
    return upload(path, filename, content.getBytes(StandardCharsets.UTF_8));
  }

  public JsonNode upload(String path, String filename, byte[] content)
      throws IOException, InterruptedException {
    return uploading(path, filename, () -> new ByteArrayInputStream(content)).json();
  }

  /** Uploads what a stream gives, without keeping it. */
  public Answer uploading(String path, String filename, Supplier<InputStream> content)
      throws IOException, InterruptedException {
    byte[] head =
        """
        --B\r
        Content-Disposition: form-data; name="purpose"\r
        \r
        assistants\r
        --B\r
        Content-Disposition: form-data; name="file"; filename="%s"\r
        \r
        """
            .formatted(filename)
            .getBytes(StandardCharsets.UTF_8);
    byte[] tail = "\r\n--B--\r\n".getBytes(StandardCharsets.UTF_8);
    return send(
        request(path)
            .header("Content-Type", "multipart/form-data; boundary=B")
            .POST(
                BodyPublishers.ofInputStream(() ->
                    new SequenceInputStream(
                        Collections.enumeration(
                            List.of(
                                new ByteArrayInputStream(head),
                                content.get(),
                                new ByteArrayInputStream(tail)))))));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer " + key);
    return further.length == 0 ? request : request.headers(further);
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
    String type = answer.headers().firstValue("content-type").orElse("");
    Validated.body(type, answer.body());
    boolean json = type.startsWith("application/json");
    return new Answer(
        answer.statusCode(),
        answer.headers(),
        json ? Json.MAPPER.readTree(answer.body()) : Json.MAPPER.missingNode(),
        answer.body());
  }

  @Override
  public void close() {
    http.close();
  }
}
