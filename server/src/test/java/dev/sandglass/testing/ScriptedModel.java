package dev.sandglass.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sandglass.common.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A model endpoint that plays what a test has written down: Chat Completions streams over real
 * HTTP, faults included. Replies queued with {@link #reply} are played in order, one for each
 * request; rules set with {@link #when} come first and may serve any number of requests. A request
 * for which nothing is written is answered with 500 and recorded in {@link #unexpected}.
 *
 * <p>The probe by which Sandglass finds out a model's dialect is answered outside of the script: as
 * a model that can call tools, or, after {@link #withoutTools}, as one that can't.
 */
public final class ScriptedModel implements AutoCloseable {

  /** A request as it came. */
  public record Received(JsonNode body, @Nullable String authorization) {
    /** The content of the last message, "" if it is not text. */
    public String lastMessage() {
      JsonNode messages = body.path("messages");
      return messages.path(messages.size() - 1).path("content").asString("");
    }
  }

  private record Rule(Predicate<Received> when, ScriptedReply reply) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentLinkedQueue<ScriptedReply> script = new ConcurrentLinkedQueue<>();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<Received> requests = new CopyOnWriteArrayList<>();
  private final List<Received> unexpected = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch hungUp = new CountDownLatch(1);
  private volatile List<String> models = List.of("scripted-1");
  private volatile boolean tools = true;
  private volatile @Nullable Function<Received, ScriptedReply> otherwise;

  private ScriptedModel(HttpServer server) {
    this.server = server;
  }

  /** Starts one on a free port of the loopback. */
  public static ScriptedModel start() {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ScriptedModel model = new ScriptedModel(http);
      http.createContext("/v1/chat/completions", model::chat);
      http.createContext("/v1/models", model::listModels);
      http.setExecutor(model.threads);
      http.start();
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its base URL, {@code http://127.0.0.1:…/v1}. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** Queues replies. */
  public ScriptedModel reply(ScriptedReply... replies) {
    script.addAll(List.of(replies));
    return this;
  }

  /** Drops the replies that are still queued. */
  public void forget() {
    script.clear();
  }

  /** Answers every request that fits, before the queue is looked at; the first rule wins. */
  public ScriptedModel when(Predicate<Received> condition, ScriptedReply reply) {
    rules.add(new Rule(condition, reply));
    return this;
  }

  /** Answers what neither a rule nor the queue has a reply for. */
  public ScriptedModel answers(Function<Received, ScriptedReply> by) {
    otherwise = by;
    return this;
  }

  public ScriptedModel models(String... ids) {
    models = List.of(ids);
    return this;
  }

  public ScriptedModel withoutTools() {
    tools = false;
    return this;
  }

  /** What was asked so far, probes not counted. */
  public List<Received> requests() {
    return List.copyOf(requests);
  }

  public Received lastRequest() {
    return requests.getLast();
  }

  /** Requests that no reply was written for. */
  public List<Received> unexpected() {
    return List.copyOf(unexpected);
  }

  /** Whether a client hung up on a {@link ScriptedReply#hang} within the time. */
  public boolean awaitHangUp(long seconds) throws InterruptedException {
    return hungUp.await(seconds, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void listModels(HttpExchange exchange) throws IOException {
    List<Object> data = new ArrayList<>();
    for (String id : models) {
      data.add(
          java.util.Map.of(
              "id", id, "object", "model", "created", 1_700_000_000, "owned_by", "tests"));
    }
    byte[] body = Json.MAPPER.writeValueAsBytes(java.util.Map.of("object", "list", "data", data));
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private void chat(HttpExchange exchange) throws IOException {
    Received received =
        new Received(
            Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes()),
            exchange.getRequestHeaders().getFirst("Authorization"));
    if (received.body().path("metadata").path("purpose").asString("").equals("probe")) {
      play(tools ? ScriptedReply.code("1 + 1") : ScriptedReply.text("2"), exchange);
      return;
    }
    requests.add(received);
    ScriptedReply reply =
        rules.stream()
            .filter(r -> r.when().test(received))
            .map(Rule::reply)
            .findFirst()
            .orElseGet(script::poll);
    Function<Received, ScriptedReply> by = otherwise;
    if (reply == null && by != null) {
      reply = by.apply(received);
    }
    if (reply == null) {
      unexpected.add(received);
      reply = ScriptedReply.error(500, "the test wrote no reply for this request");
    }
    play(reply, exchange);
  }

  private void play(ScriptedReply reply, HttpExchange exchange) throws IOException {
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(reply.status(), 0);
    OutputStream out = exchange.getResponseBody();
    for (ScriptedReply.Act act : reply.acts()) {
      switch (act) {
        case ScriptedReply.Act.Send(byte[] bytes) -> {
          out.write(bytes);
          out.flush();
        }
        case ScriptedReply.Act.Await(CountDownLatch latch) -> await(latch);
        case ScriptedReply.Act.Silence() -> await(closed);
        case ScriptedReply.Act.Hang() -> hang(out);
        // An exception makes the JDK's server drop the connection, without a last chunk.
        case ScriptedReply.Act.Cut() -> throw new IOException("cut by the script");
      }
    }
    out.close();
  }

  private void hang(OutputStream out) throws IOException {
    try {
      while (!await(closed, 20)) {
        out.write(": waiting\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException e) {
      hungUp.countDown();
      throw e;
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    while (!await(latch, 60_000)) {}
  }

  private static boolean await(CountDownLatch latch, long millis) throws IOException {
    try {
      return latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
