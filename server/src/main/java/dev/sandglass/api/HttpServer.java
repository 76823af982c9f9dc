package dev.sandglass.api;

import dev.sandglass.common.Ids;
import dev.sandglass.common.Text;
import dev.sandglass.config.Config;
import dev.sandglass.key.KeyService;
import dev.sandglass.retry.Attempts;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: engine, authentication, headers and errors around the resources. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("dev.sandglass.request");

  private final Config config;
  private final Clock clock;
  private final Authenticator authenticator;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ticker").factory());
  private final ClientWatch clients;
  private final Attempts attempts;
  private final List<Route> routes = new ArrayList<>();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicReference<Instant> lastRequest;
  private final Javalin engine;

  /**
   * @param open resources that need no key
   * @param resources resources that need one
   */
  public HttpServer(
      Config config,
      KeyService keys,
      Attempts attempts,
      List<Resource> open,
      List<Resource> resources,
      Clock clock) {
    this.attempts = attempts;
    this.config = config;
    this.clock = clock;
    this.authenticator = new Authenticator(keys, config.auth().required(), config.edition());
    this.clients = new ClientWatch(ticker, config.server().clientCheck());
    this.lastRequest = new AtomicReference<>(clock.instant());
    this.engine = Javalin.create(c -> configure(c, open, resources));
  }

  private void configure(JavalinConfig c, List<Resource> open, List<Resource> resources) {
    c.startup.showJavalinBanner = false;
    c.startup.showOldJavalinVersionWarning = false;
    c.concurrency.useVirtualThreads = true;
    c.appData(Drain.KEY, new Drain(config.server().drainBytes(), config.server().drainTime()));
    c.http.generateEtags = false;
    c.http.prefer405over404 = true;
    c.http.compressionStrategy = CompressionStrategy.NONE;
    c.http.maxRequestSize =
        Long.MAX_VALUE; // bodies are read, and bounded, by Exchange and Multipart
    c.jetty.modifyServer(server -> server.setErrorHandler(new EngineErrors()));
    c.jetty.modifyHttpConfiguration(http -> {
      http.setRequestHeaderSize((int) config.server().maxHeaders().bytes());
      http.setSendServerVersion(false);
      http.setSendDateHeader(true);
    });
    c.routes.exception(Exception.class, ErrorMapper::handle);
    c.routes.error(404, this::unknownUrl);
    c.routes.error(405, this::unknownUrl);
    open.forEach(r -> r.routes(router(c, false)));
    resources.forEach(r -> r.routes(router(c, true)));
  }

  private void unknownUrl(Context context) {
    // The engine has an envelope of its own for clients that accept JSON, as all SDKs do.
    if (!ErrorMapper.hasAnswered(context)) {
      ErrorMapper.answer(
          context,
          context.statusCode(),
          "invalid_request_error",
          "Invalid URL (" + context.method() + " " + Text.shown(context.path()) + ")",
          null,
          null);
    }
  }

  /**
   * Something that is answered.
   *
   * @param authenticated whether it needs a key
   */
  public record Route(String method, String path, boolean authenticated) {}

  /** Everything that is answered. */
  public List<Route> routes() {
    return List.copyOf(routes);
  }

  private Router router(JavalinConfig c, boolean authenticated) {
    return new Router() {
      @Override
      public void get(String path, Handler handler) {
        routes.add(new Route("GET", path, authenticated));
        c.routes.get(path, x -> serve(x, authenticated, handler));
      }

      @Override
      public void post(String path, Handler handler) {
        routes.add(new Route("POST", path, authenticated));
        c.routes.post(path, x -> serve(x, authenticated, handler));
      }

      @Override
      public void delete(String path, Handler handler) {
        routes.add(new Route("DELETE", path, authenticated));
        c.routes.delete(path, x -> serve(x, authenticated, handler));
      }
    };
  }

  private void serve(Context context, boolean authenticated, Router.Handler handler)
      throws Exception {
    long began = System.nanoTime();
    String id = Ids.request();
    context.header("x-request-id", id);
    if (authenticated) {
      running.incrementAndGet();
      lastRequest.set(clock.instant());
    }
    try {
      Caller caller =
          authenticated
              ? authenticator.caller(context.header("Authorization"))
              : new Caller("", null, config.edition());
      context.header("openai-version", "2020-10-01");
      if (authenticated) {
        context.header("openai-project", caller.project());
      }
      handler.handle(new Exchange(context, this, caller));
    } catch (Exception e) {
      ErrorMapper.handle(e, context);
    } catch (StackOverflowError | OutOfMemoryError e) { // of this request: the others go on
      ErrorMapper.handle(new IllegalStateException(e), context);
    } finally {
      long ms = (System.nanoTime() - began) / 1_000_000;
      if (!context.res().isCommitted()) {
        context.header("openai-processing-ms", Long.toString(ms));
      }
      if (authenticated) {
        running.decrementAndGet();
        lastRequest.set(clock.instant());
        LOG.atInfo()
            .addKeyValue("request", id)
            .addKeyValue("status", context.statusCode())
            .addKeyValue("ms", ms)
            .log("{} {}", context.method(), context.path());
      }
    }
  }

  /** Begins to listen; returns the port. */
  public int start() {
    engine.start(config.server().host(), config.server().port());
    ServerConnector connector = (ServerConnector) engine.jettyServer().server().getConnectors()[0];
    connector.setIdleTimeout(config.server().readTimeout().toMillis());
    return engine.port();
  }

  /** When the last request began or ended; now if one is running. */
  public Instant lastActive() {
    return running.get() > 0 ? clock.instant() : lastRequest.get();
  }

  public int running() {
    return running.get();
  }

  Config config() {
    return config;
  }

  ScheduledExecutorService ticker() {
    return ticker;
  }

  Attempts attempts() {
    return attempts;
  }

  ClientWatch clients() {
    return clients;
  }

  /** Stops listening; requests that still run are cut. */
  @Override
  public void close() {
    engine.stop();
    ticker.shutdownNow();
  }
}
