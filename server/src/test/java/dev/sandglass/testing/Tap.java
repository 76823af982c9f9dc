package dev.sandglass.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/**
 * Stands between a server and clients in other languages, passes everything on as it comes, and
 * holds what the server answers against the Java SDK's types ({@link Validated}).
 */
public final class Tap implements AutoCloseable {

  /** Headers that belong to one connection, or that the client sets itself. */
  private static final Set<String> OWN =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  private final URI target;
  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Throwable> refused = new ConcurrentLinkedQueue<>();
  private volatile IntConsumer watcher = status -> {};

  private Tap(URI target, HttpServer server) {
    this.target = target;
    this.server = server;
  }

  /** {@code target} with {@code /v1}. */
  public static Tap before(URI target) {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      Tap tap = new Tap(target, http);
      http.createContext("/", tap::pass);
      http.setExecutor(tap.threads);
      http.start();
      return tap;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The API's base, with {@code /v1}. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** What the types did not accept. */
  public List<Throwable> refused() {
    return List.copyOf(refused);
  }

  /** Tells of every answer's status from now on, before the client gets the answer. */
  public void watch(IntConsumer by) {
    watcher = by;
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpResponse<InputStream> answer =
          client.send(request(exchange), BodyHandlers.ofInputStream());
      answer
          .headers()
          .map()
          .forEach((name, values) -> {
            if (!OWN.contains(name)) {
              exchange.getResponseHeaders().put(name, values);
            }
          });
      watcher.accept(answer.statusCode());
      exchange.sendResponseHeaders(answer.statusCode(), 0);
      byte[] body;
      try (InputStream in = answer.body();
          OutputStream out = exchange.getResponseBody()) {
        body = copy(in, out);
      }
      Validated.body(answer.headers().firstValue("content-type").orElse(""), body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (AssertionError e) {
      refused.add(e);
    }
  }

  private HttpRequest request(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    HttpRequest.Builder request = HttpRequest.newBuilder(target.resolve(path));
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          if (!OWN.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
          }
        });
    byte[] body = exchange.getRequestBody().readAllBytes();
    return request
        .method(
            exchange.getRequestMethod(),
            body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
        .build();
  }

  private static byte[] copy(InputStream in, OutputStream out) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[8192];
    for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
      all.write(piece, 0, n);
      out.write(piece, 0, n);
      out.flush();
    }
    return all.toByteArray();
  }

  @Override
  public void close() {
    server.stop(0);
    client.shutdownNow();
    threads.shutdownNow();
  }
}
