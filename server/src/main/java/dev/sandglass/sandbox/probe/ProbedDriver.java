package dev.sandglass.sandbox.probe;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes no container for anybody until the probes have been stopped here: by a report that holds
 * for this host and configuration, or else by running the quick ones in the first sandbox.
 * Thread-safe.
 */
public final class ProbedDriver implements SandboxDriver {

  private static final Logger LOG = LoggerFactory.getLogger(ProbedDriver.class);
  private static final long STOP_MILLIS = 5_000;
  private static final int SHOWN = 3;

  private final SandboxDriver driver;
  private final ProbeSources sources;
  private final Path reports;
  private final CompletableFuture<String> key; // once the disks are known
  private final boolean refuses;
  private final Clock clock;
  private final CompletableFuture<Optional<ProbeReport>> kept; // from an earlier start
  private @Nullable CompletableFuture<ProbeReport> report; // guarded by this
  private @Nullable Thread prober; // guarded by this

  /**
   * @param reports directory of reports
   * @param key what a report must hold for, besides the driver's disks
   * @param refuses whether a probe that gets through keeps containers from being made
   */
  public ProbedDriver(
      SandboxDriver driver,
      ProbeSources sources,
      Path reports,
      String key,
      boolean refuses,
      Clock clock) {
    this.driver = driver;
    this.sources = sources;
    this.reports = reports;
    this.key = CompletableFuture.supplyAsync(() -> ProbeKey.on(driver, key), ProbedDriver::beside);
    this.refuses = refuses;
    this.clock = clock;
    this.kept = this.key.thenApply(k -> ProbeReport.passed(reports, k));
  }

  private static void beside(Runnable work) {
    Thread.ofVirtual().name("probe-key").start(work);
  }

  @Override
  public String name() {
    return driver.name();
  }

  @Override
  public boolean isolates() {
    return driver.isolates();
  }

  @Override
  public String imageDigest() {
    return driver.imageDigest();
  }

  @Override
  public String version() {
    return driver.version();
  }

  @Override
  public void warm(String project) {
    driver.warm(project);
    var _ = report(project);
  }

  @Override
  public void admit() {
    driver.admit();
  }

  @Override
  public long mostMemory() {
    return driver.mostMemory();
  }

  @Override
  public String disks() {
    return driver.disks();
  }

  @Override
  public SandboxContainer create(ContainerSpec spec) throws InterruptedException {
    try {
      ProbeReport made = report(spec.project()).get();
      if (refused(made)) {
        throw new SandboxException(Reason.UNSUPPORTED_HOST, broken(made));
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SandboxException s
          ? s
          : new SandboxException(Reason.INTERNAL, "The probes could not be run.", e.getCause());
    }
    return driver.create(spec);
  }

  @Override
  public List<SandboxContainer> found() {
    return driver.found();
  }

  /** The report that holds; begins to make one if there is none, or it could not be made. */
  private synchronized CompletableFuture<ProbeReport> report(String project) {
    CompletableFuture<ProbeReport> current = report;
    if (current == null || current.isCompletedExceptionally()) {
      CompletableFuture<ProbeReport> next = new CompletableFuture<>();
      report = next;
      prober = Thread.ofVirtual().name("probes").start(() -> probe(project, next));
      return next;
    }
    return current;
  }

  private void probe(String project, CompletableFuture<ProbeReport> promise) {
    try {
      Optional<ProbeReport> earlier = kept.join();
      if (earlier.isPresent()) {
        promise.complete(earlier.get());
        return;
      }
      List<Finding> findings = QuickProbes.run(driver, sources, project);
      ProbeReport made = new ProbeReport(key.join(), clock.instant(), findings);
      if (findings.stream().noneMatch(f -> f.verdict() == Finding.Verdict.HELD)) {
        throw new SandboxException(
            Reason.INTERNAL, "The probes could not be run: " + findings.getFirst().happened());
      }
      say(made);
      if (made.passed()) {
        save(made);
      }
      promise.complete(made);
    } catch (Throwable e) {
      promise.completeExceptionally(e);
    }
  }

  private void say(ProbeReport made) {
    made.notRun().forEach(f -> LOG.warn("probe {} could not be made: {}", f.name(), f.happened()));
    if (!made.through().isEmpty()) {
      LOG.error(
          refuses ? "{}" : "{} Containers are made all the same (sandbox.probes).", broken(made));
    }
    if (!made.unpromised().isEmpty()) {
      LOG.warn(
          "not promised by {}: {}",
          driver.name(),
          made.unpromised().stream().map(Finding::name).collect(Collectors.joining(", ")));
    }
    LOG.info("{} of {} probes held", held(made), made.findings().size());
  }

  private static long held(ProbeReport made) {
    return made.findings().stream().filter(f -> f.verdict() == Finding.Verdict.HELD).count();
  }

  private void save(ProbeReport made) {
    try {
      made.save(reports);
    } catch (IOException e) {
      LOG.warn(
          "the probes' report can't be kept, so that they run again next time: {}", e.toString());
    }
  }

  private boolean refused(ProbeReport made) {
    return refuses && !made.through().isEmpty();
  }

  private static String broken(ProbeReport made) {
    List<Finding> through = made.through();
    String shown =
        through.stream()
            .limit(SHOWN)
            .map(f -> f.name() + " (" + f.happened() + ")")
            .collect(Collectors.joining(", "));
    return "The sandbox does not hold on this host: %d of %d probes got through: %s%s. ./sandglass doctor tells all; sandbox.probes=warn makes containers all the same."
        .formatted(
            through.size(), made.findings().size(), shown, through.size() > SHOWN ? ", …" : "");
  }

  @Override
  public boolean ready() {
    return readiness().equals("ok");
  }

  @Override
  public synchronized String readiness() {
    CompletableFuture<ProbeReport> current = report;
    if (current == null && kept.join().isPresent()) {
      return driver.readiness();
    }
    if (current == null || !current.isDone()) {
      return "the sandbox is being probed";
    }
    if (current.isCompletedExceptionally()) {
      return "the probes could not be run: " + current.exceptionNow().getMessage();
    }
    return refused(current.join()) ? broken(current.join()) : driver.readiness();
  }

  @Override
  public void detach() {
    stopProbing();
    driver.detach();
  }

  @Override
  public void close() {
    stopProbing();
    driver.close();
  }

  private void stopProbing() {
    Thread running;
    synchronized (this) {
      running = prober;
    }
    if (running != null) {
      running.interrupt();
      try {
        running.join(STOP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
