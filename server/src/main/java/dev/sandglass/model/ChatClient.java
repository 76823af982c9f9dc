package dev.sandglass.model;

import dev.sandglass.common.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks one upstream for Chat Completions, streamed.
 *
 * <p>A request that fails before its first token is sent again, up to {@link
 * UpstreamLimits#attempts}; after the first token a failure is final, since the client has already
 * seen a part. Interrupting the calling thread drops the connection, which stops the endpoint's
 * work. Thread-safe.
 */
final class ChatClient {

  private static final Logger LOG = LoggerFactory.getLogger(ChatClient.class);

  /** How many parameters one request may lose before it is given up. */
  private static final int MAX_ADJUSTMENTS = 6;

  private final Upstream upstream;
  private final HttpClient http;
  private final Refusals refusals;
  private final Sleeper sleeper;
  private final Clock clock;

  ChatClient(Upstream upstream, HttpClient http, Sleeper sleeper, Clock clock) {
    this.upstream = upstream;
    this.http = http;
    this.refusals = new Refusals(upstream.name());
    this.sleeper = sleeper;
    this.clock = clock;
  }

  /** What such a client sends with. */
  static HttpClient http(Upstream upstream) {
    return HttpClient.newBuilder()
        // llama-server and many proxies stumble over the upgrade header of HTTP/2.
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(upstream.limits().connect())
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  /**
   * Sends a request; {@code stream} and {@code stream_options} are added.
   *
   * @throws UpstreamException if there is no usable answer
   */
  ChatReply chat(ObjectNode request, ChatListener listener) throws InterruptedException {
    URI base = upstream.endpoint().base();
    Failures failures = new Failures(upstream, base);
    ObjectNode body = request.deepCopy();
    body.put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    long deadline = System.nanoTime() + upstream.limits().total().toNanos();
    int adjustments = 0;
    for (int attempt = 1; ; attempt++) {
      refusals.apply(body);
      ChunkReader reader = new ChunkReader(listener);
      try {
        return attempt(base, body, reader, listener, failures, deadline);
      } catch (Failure failure) {
        if ((failure.status() == 400 || failure.status() == 422)
            && adjustments++ < MAX_ADJUSTMENTS
            && refusals.learn(failure.error(), String.valueOf(failure.getMessage()), body)) {
          attempt--;
          continue;
        }
        Duration wait = reader.started() ? null : waitAfter(failure, attempt, deadline);
        if (wait == null) {
          if (failure.getCause() != null) {
            LOG.warn("Upstream {}: {}", upstream.name(), failure.getCause().toString());
          }
          throw failure.toException();
        }
        LOG.info(
            "{} Trying again in {} ms ({})",
            failure.getMessage(),
            wait.toMillis(),
            failure.getCause());
        sleeper.sleep(wait);
      }
    }
  }

  private @Nullable Duration waitAfter(Failure failure, int attempt, long deadline) {
    if (!failure.retryable() || attempt >= upstream.limits().attempts()) {
      return null;
    }
    Duration wait =
        Backoff.after(attempt, failure.retryAfter(), ThreadLocalRandom.current().nextDouble());
    boolean inTime = wait != null && System.nanoTime() + wait.toNanos() - deadline < 0;
    return inTime ? wait : null;
  }

  private ChatReply attempt(
      URI base,
      ObjectNode body,
      ChunkReader reader,
      ChatListener listener,
      Failures failures,
      long deadline)
      throws Failure, InterruptedException {
    byte[] bytes = Json.MAPPER.writeValueAsBytes(body);
    Patience patience = new Patience(upstream.limits(), deadline, failures);
    HttpRequest request = request(base, bytes);
    // Made before the response, so that one that comes after an interrupt is closed as well.
    try (ByteFeed feed = new ByteFeed()) {
      HttpResponse<ByteFeed> response = response(request, feed, patience, failures);
      ChatStream stream =
          new ChatStream(feed, reader, listener, failures, patience, upstream.limits());
      if (response.statusCode() != 200) {
        throw failures.status(
            response.statusCode(),
            stream.readText(),
            response.headers().firstValue("Retry-After").orElse(null),
            clock.instant());
      }
      stream.read(response.headers().firstValue("Content-Type").orElse(""));
    } catch (IOException e) {
      throw failures.broken(e, reader.started());
    }
    return reader.reply(bytes.length);
  }

  private HttpResponse<ByteFeed> response(
      HttpRequest request, ByteFeed feed, Patience patience, Failures failures)
      throws Failure, InterruptedException {
    CompletableFuture<HttpResponse<ByteFeed>> sent = http.sendAsync(request, info -> feed);
    try {
      return sent.get(patience.nanosLeft(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw patience.failure();
    } catch (ExecutionException e) {
      throw failures.unreachable(e.getCause() == null ? e : e.getCause());
    } finally {
      sent.cancel(true); // of no effect on one that is done
    }
  }

  private HttpRequest request(URI base, byte[] body) {
    String path = base.toString().replaceAll("/+$", "");
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(path + "/chat/completions"))
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream, application/json")
            .POST(BodyPublishers.ofByteArray(body));
    if (upstream.key() != null) {
      builder.header("Authorization", "Bearer " + upstream.key());
    }
    return builder.build();
  }
}
