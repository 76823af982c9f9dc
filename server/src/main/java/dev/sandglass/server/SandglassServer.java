package dev.sandglass.server;

import dev.sandglass.api.ContainerFilesResource;
import dev.sandglass.api.ContainersResource;
import dev.sandglass.api.FilesResource;
import dev.sandglass.api.HealthResource;
import dev.sandglass.api.HttpServer;
import dev.sandglass.api.MetricsResource;
import dev.sandglass.api.ModelsResource;
import dev.sandglass.api.ResponsesResource;
import dev.sandglass.api.UsageResource;
import dev.sandglass.billing.Usage;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Config;
import dev.sandglass.container.ContainerFiles;
import dev.sandglass.container.ContainerService;
import dev.sandglass.file.BlobStore;
import dev.sandglass.file.DiskBlobStore;
import dev.sandglass.file.FileService;
import dev.sandglass.key.KeyService;
import dev.sandglass.model.Models;
import dev.sandglass.responses.FigureCheck;
import dev.sandglass.responses.ModelOutput;
import dev.sandglass.responses.ResponseStore;
import dev.sandglass.responses.Responses;
import dev.sandglass.responses.ServiceContainers;
import dev.sandglass.responses.TurnLimits;
import dev.sandglass.retry.Attempts;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.store.Database;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole server, put together by plain constructors, started and stopped. Thread-safe. */
public final class SandglassServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SandglassServer.class);

  private final Config config;
  private final Clock clock;
  private final Database database;
  private final KeyService keys;
  private final ContainerService containers;
  private final Responses responses;
  private final HttpServer http;
  private final ScheduledExecutorService housekeeping =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("housekeeping").factory());
  private final int port;
  private boolean closed;

  private SandglassServer(Config config, SandboxDriver driver, Models models, Clock clock)
      throws IOException {
    this.config = config;
    this.clock = clock;
    Path home = config.storage().homeDir();
    this.database =
        Database.open(
            home.resolve("sandglass.db"),
            config.storage().readers(),
            config.storage().durability() == Config.Storage.Durability.FULL);
    BlobStore blobs = new DiskBlobStore(home.resolve("blobs"), clock);
    FileService files = new FileService(database, blobs, config.files(), clock);
    this.keys = new KeyService(database, clock);
    // The imports in there take longer than everything below, and another processor.
    driver.warm(keys.project(KeyService.DEFAULT_PROJECT));
    this.containers = new ContainerService(database, blobs, files, driver, config, clock);
    ContainerFiles containerFiles = new ContainerFiles(containers);
    this.responses =
        new Responses(
            new ResponseStore(database),
            models,
            new ServiceContainers(containers, files),
            TurnLimits.of(config.turn()),
            new FigureCheck(),
            ModelOutput.shortener(config.turn()),
            clock);
    responses.endInterrupted(takeOver());
    Attempts attempts = new Attempts(database, config.server().idempotencyAge(), clock);
    this.http =
        new HttpServer(
            config,
            keys,
            attempts,
            List.of(
                new HealthResource(checks(driver), facts(driver)),
                new MetricsResource(PrometheusRegistry.defaultRegistry)),
            List.of(
                new ResponsesResource(responses),
                new ContainersResource(containers),
                new ContainerFilesResource(containerFiles, files),
                new FilesResource(files, containerFiles, config.files().download()),
                new ModelsResource(models),
                new UsageResource(new Usage(database), clock)),
            clock);
    this.port = http.start();
    long sweep = config.files().sweep().toMillis();
    housekeeping.scheduleWithFixedDelay(
        () -> sweep(files, attempts), sweep, sweep, TimeUnit.MILLISECONDS);
  }

  /** Goes on with what an earlier server has left, before anybody can ask for anything. */
  private Set<String> takeOver() {
    try {
      return containers.takeOver(responses.interruptedCells());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandglassException(Kind.UNAVAILABLE, "The server was stopped while it started.", e);
    }
  }

  private Map<String, Supplier<String>> checks(SandboxDriver driver) {
    Map<String, Supplier<String>> checks = new LinkedHashMap<>();
    checks.put(
        "database",
        () -> {
          database.check();
          return "ok";
        });
    checks.put("sandbox", driver::readiness);
    return checks;
  }

  private static Map<String, Supplier<String>> facts(SandboxDriver driver) {
    Map<String, Supplier<String>> facts = new LinkedHashMap<>();
    facts.put("runtime", driver::name);
    facts.put("disks", driver::disks);
    if (!driver.isolates()) {
      facts.put("isolation", () -> "none: code runs as the server's own user, without walls");
    }
    return facts;
  }

  private static void sweep(FileService files, Attempts attempts) {
    try {
      attempts.sweep();
      files.sweep();
    } catch (IOException | RuntimeException e) {
      LOG.warn("looking for expired files", e);
    }
  }

  /**
   * Starts the server; it listens when this returns.
   *
   * @throws SandglassException if it can't, with the way out
   */
  public static SandglassServer start(
      Config config, SandboxDriver driver, Models models, Clock clock) {
    try {
      return new SandglassServer(config, driver, models, clock);
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "The server can't use its home: " + e.getMessage(), e);
    }
  }

  /** The API's base, with {@code /v1}. */
  public URI url() {
    String host = config.server().host().equals("0.0.0.0") ? "127.0.0.1" : config.server().host();
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/v1");
  }

  /** Everything that is answered. */
  public List<HttpServer.Route> routes() {
    return http.routes();
  }

  public KeyService keys() {
    return keys;
  }

  /** How long nobody has asked for anything. */
  public Duration idle() {
    Instant last = http.lastActive();
    return Duration.between(last, clock.instant());
  }

  /** Whether sandboxes outlive an orderly stop. A server that lingers was nobody's to set up. */
  static boolean sandboxesStay(Config config) {
    return config.sandbox().surviveStop() && config.server().linger().isZero();
  }

  /**
   * Stops: streams get their last event, running requests {@code server.stop-time} to end,
   * containers are ended, or let go of ({@code sandbox.survive-stop}). Idempotent. The driver and
   * the models are their owner's to close.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    housekeeping.shutdownNow();
    responses.close();
    long deadline = System.nanoTime() + config.server().stopTime().toNanos();
    while (http.running() > 0 && System.nanoTime() < deadline) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    http.close();
    if (sandboxesStay(config)) {
      containers.detach();
    } else {
      containers.close();
    }
    database.close();
  }
}
