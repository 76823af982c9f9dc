package dev.sandglass.model.local;

import dev.sandglass.common.Ids;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@code llama-server} as a child on loopback and keeps it running.
 *
 * <p>One platform thread, the keeper, starts each child, waits for it and decides what follows a
 * death. It must be a platform thread that lives as long as the child: the kernel's parent-death
 * signal fires when the <em>thread</em> that forked ends, and a virtual thread's carrier may. While
 * a child is ready the keeper also asks for its health and kills a child that has stopped
 * answering. Each child gets a new port from the kernel and tells it in its output.
 *
 * <p>The state below {@code lock} changes only under it; {@code ready} is replaced when a child
 * dies, so nobody is handed a dead address for longer than it takes to notice.
 */
public final class LocalModelServer implements LocalModel {
  private static final Logger LOG = LoggerFactory.getLogger(LocalModelServer.class);
  private static final long LOG_BYTES = 2L << 20;
  private static final Duration HEALTH_EVERY = Duration.ofSeconds(15);
  private static final int UNHEALTHY_LIMIT = 4;
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private final LocalModelSettings settings;
  private final RestartPolicy policy;
  private final Clock clock;
  private final String apiKey = Ids.secret();
  private final Thread keeper;
  private final Thread atExit = Thread.ofPlatform().name("local-model-exit").unstarted(this::exit);

  private volatile boolean exiting; // written by the shutdown hook, read by the keeper

  private final Object lock = new Object();
  private LocalModelStatus.State state = LocalModelStatus.State.NEW;
  private CompletableFuture<URI> ready = new CompletableFuture<>();
  private @Nullable Process child;
  private @Nullable String failure;
  private int restarts;

  /** A local model that is not started yet. */
  public LocalModelServer(LocalModelSettings settings) {
    this(settings, RestartPolicy.DEFAULT, Clock.systemUTC());
  }

  LocalModelServer(LocalModelSettings settings, RestartPolicy policy, Clock clock) {
    this.settings = settings;
    this.policy = policy;
    this.clock = clock;
    this.keeper = Thread.ofPlatform().name("local-model").daemon().unstarted(this::keep);
  }

  /** A local model that begins to load at once. */
  public static LocalModelServer started(LocalModelSettings settings) {
    LocalModelServer server = new LocalModelServer(settings);
    server.start();
    return server;
  }

  @Override
  public void start() {
    synchronized (lock) {
      if (state != LocalModelStatus.State.NEW) {
        return;
      }
      state = LocalModelStatus.State.LOADING;
    }
    Runtime.getRuntime().addShutdownHook(atExit);
    keeper.start();
  }

  @Override
  public CompletableFuture<URI> ready() {
    synchronized (lock) {
      return ready.copy();
    }
  }

  @Override
  public URI awaitReady(Duration timeout) throws InterruptedException {
    try {
      return ready().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new LocalModelException(
          "the local model %s is not ready after %d s (%s); its log: %s"
              .formatted(settings.name(), timeout.toSeconds(), status().state(), settings.log()),
          e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new LocalModelException(String.valueOf(cause.getMessage()), cause);
    }
  }

  @Override
  public String apiKey() {
    return apiKey;
  }

  @Override
  public String modelName() {
    return settings.name();
  }

  @Override
  public LocalModelStatus status() {
    synchronized (lock) {
      long pid = child == null || !child.isAlive() ? 0 : child.pid();
      URI url = state == LocalModelStatus.State.READY ? ready.getNow(null) : null;
      return new LocalModelStatus(
          state, pid, pid == 0 ? 0 : Memory.resident(pid), restarts, url, failure);
    }
  }

  @Override
  public void close() {
    boolean started;
    synchronized (lock) {
      started = state != LocalModelStatus.State.NEW;
      state = LocalModelStatus.State.CLOSED;
      ready.completeExceptionally(new LocalModelException("the local model was stopped"));
    }
    if (!started) {
      return;
    }
    keeper.interrupt();
    try {
      keeper.join(STOP_GRACE.multipliedBy(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    killChild();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The machine is already going down and the hook runs.
    }
  }

  private void keep() {
    List<Instant> deaths = new ArrayList<>();
    try (BoundedLog log = new BoundedLog(settings.log(), LOG_BYTES);
        HealthProbe probe = new HealthProbe()) {
      while (true) {
        String reason = runOnce(log, probe);
        if (exiting) {
          return;
        }
        deaths.add(clock.instant());
        Optional<Duration> pause = policy.next(deaths, clock.instant());
        if (pause.isEmpty()) {
          giveUp(reason + "\nIts log ends:\n" + log.tail());
          return;
        }
        LOG.warn("local model {}: {}; next try in {}", settings.name(), reason, pause.get());
        pausing(reason);
        Thread.sleep(pause.get());
      }
    } catch (InterruptedException e) {
      // closed
    } catch (LocalModelException e) {
      giveUp(String.valueOf(e.getMessage()));
    }
  }

  /** Runs one child to its death and says why it died. */
  private String runOnce(BoundedLog log, HealthProbe probe) throws InterruptedException {
    for (var file : List.of(settings.server(), settings.weights())) {
      if (!Files.isReadable(file)) {
        throw new LocalModelException(
            file + " is missing. Install the local model: sandglass model install");
      }
    }
    Process process;
    try {
      FixedPrompt prompt = settings.prompt();
      if (prompt != null) {
        Files.createDirectories(prompt.folder()); // the child wants it to be there
      }
      process = spawn();
    } catch (IOException e) {
      return settings.server() + " cannot be started: " + e.getMessage();
    }
    try {
      CompletableFuture<Integer> port = new CompletableFuture<>();
      Thread reader =
          Thread.ofVirtual()
              .name("local-model-log")
              .start(() -> ChildOutput.read(process, log, port));
      String reason = watch(process, port, probe);
      reader.join(STOP_GRACE);
      return reason;
    } finally {
      stop(process);
    }
  }

  private Process spawn() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(LlamaCommand.line(settings)).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    LlamaCommand.environment(builder.environment(), apiKey);
    synchronized (lock) {
      if (state == LocalModelStatus.State.CLOSED) {
        throw new IOException("the local model was stopped");
      }
      child = builder.start();
      state = LocalModelStatus.State.LOADING;
      return child;
    }
  }

  private String watch(Process process, CompletableFuture<Integer> port, HealthProbe probe)
      throws InterruptedException {
    int number;
    try {
      number = port.get(settings.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return "it did not load within "
          + settings.startTimeout().toSeconds()
          + " s (models.local.start-timeout)";
    } catch (ExecutionException e) {
      return "it ended with status " + process.waitFor() + " before it was ready";
    }
    if (!probe.healthy(number)) {
      return "it loaded but does not answer on port " + number;
    }
    FixedPrompt prompt = settings.prompt();
    Primer primer = prompt == null ? null : new Primer(settings, prompt, apiKey);
    boolean restored = primer != null && primer.restore(number);
    nowReady(URI.create("http://127.0.0.1:" + number + "/v1"));
    if (primer != null && !restored) {
      primer.read(number);
    }
    int unhealthy = 0;
    while (!process.waitFor(HEALTH_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
      unhealthy = probe.healthy(number) ? 0 : unhealthy + 1;
      if (unhealthy == UNHEALTHY_LIMIT && process.isAlive()) {
        return "it stopped answering";
      }
    }
    return "it ended with status " + process.exitValue();
  }

  private void nowReady(URI url) {
    synchronized (lock) {
      if (state == LocalModelStatus.State.LOADING) {
        state = LocalModelStatus.State.READY;
        ready.complete(url);
      }
    }
    LOG.info("local model {} is ready at {}", settings.name(), url);
  }

  private void pausing(String reason) {
    synchronized (lock) {
      if (state != LocalModelStatus.State.CLOSED) {
        state = LocalModelStatus.State.PAUSING;
        failure = reason;
        restarts++;
        // Who already waits for the first address goes on waiting; an address that has died is
        // taken back.
        ready = ready.isDone() ? new CompletableFuture<>() : ready;
      }
    }
  }

  private void giveUp(String reason) {
    String message = "the local model %s cannot run: %s".formatted(settings.name(), reason);
    synchronized (lock) {
      if (state != LocalModelStatus.State.CLOSED) {
        state = LocalModelStatus.State.FAILED;
        failure = reason;
        ready = ready.isDone() ? new CompletableFuture<>() : ready;
        ready.completeExceptionally(new LocalModelException(message));
      }
    }
    LOG.error("{}", message);
  }

  private void exit() {
    exiting = true;
    killChild();
  }

  private void killChild() {
    Process process;
    synchronized (lock) {
      process = child;
    }
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /**
   * Asks first, so that a log line may still be written; a child that loads doesn't listen and is
   * killed.
   */
  private static void stop(Process process) {
    process.destroy();
    try {
      if (process.waitFor(STOP_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
