package dev.sandglass.model;

import dev.sandglass.common.Json;
import dev.sandglass.model.Models.Available;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What an upstream's {@code /models} lists, remembered for a while. An upstream that lists nothing,
 * or can't be reached, has an empty list: that is no reason to fail. Thread-safe.
 */
final class ModelList {

  private static final Logger LOG = LoggerFactory.getLogger(ModelList.class);

  static final Duration FRESH = Duration.ofMinutes(5);

  /** After a failure it is asked again sooner. */
  static final Duration FRESH_FAILURE = Duration.ofSeconds(15);

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_MODELS = 1000;

  private final Upstream upstream;
  private final HttpClient http;
  private final InstantSource clock;
  private List<Available> models = List.of();
  private long freshUntil = Long.MIN_VALUE;

  ModelList(Upstream upstream, HttpClient http, InstantSource clock) {
    this.upstream = upstream;
    this.http = http;
    this.clock = clock;
  }

  /** The list; waits for the network if what it has is old. */
  synchronized List<Available> get() throws InterruptedException {
    long now = clock.millis();
    if (now < freshUntil) {
      return models;
    }
    Duration keep = FRESH;
    try {
      models = read();
    } catch (IOException | UpstreamException | JacksonException | IllegalArgumentException e) {
      LOG.warn("Upstream {} doesn't list its models: {}", upstream.name(), e.toString());
      keep = FRESH_FAILURE;
    }
    freshUntil = now + keep.toMillis();
    return models;
  }

  private List<Available> read() throws IOException, InterruptedException {
    URI base = upstream.endpoint().base();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base.toString().replaceAll("/+$", "") + "/models"))
            .timeout(PATIENCE);
    if (upstream.key() != null) {
      request.header("Authorization", "Bearer " + upstream.key());
    }
    HttpResponse<ByteFeed> response = http.send(request.build(), info -> new ByteFeed());
    try (ByteFeed feed = response.body()) {
      byte[] body = all(feed);
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      return parse(Json.MAPPER.readTree(body), upstream.name());
    }
  }

  private static byte[] all(ByteFeed feed) throws IOException, InterruptedException {
    var all = new java.io.ByteArrayOutputStream();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    byte[] bytes = feed.next(PATIENCE.toNanos());
    while (bytes != null) {
      all.writeBytes(bytes);
      long left = deadline - System.nanoTime();
      if (all.size() > MAX_BYTES || left <= 0) {
        throw new IOException(
            left <= 0
                ? "no answer within " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE.toNanos()) + " s"
                : "more than " + MAX_BYTES + " bytes");
      }
      bytes = feed.next(left);
    }
    return all.toByteArray();
  }

  /** Reads a list in OpenAI's form, or a bare array; entries without an id are passed over. */
  static List<Available> parse(JsonNode body, String owner) {
    JsonNode data = body.isArray() ? body : body.path("data");
    List<Available> models = new ArrayList<>();
    for (JsonNode entry : data) {
      String id = entry.isString() ? entry.asString() : entry.path("id").asString("");
      if (!id.isEmpty() && models.size() < MAX_MODELS) {
        String by = entry.path("owned_by").asString("");
        models.add(new Available(id, entry.path("created").asLong(0), by.isEmpty() ? owner : by));
      }
    }
    return List.copyOf(models);
  }
}
