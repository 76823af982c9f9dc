package dev.sandglass.container;

import dev.sandglass.billing.Ledger;
import dev.sandglass.common.Ids;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Config;
import dev.sandglass.config.Edition;
import dev.sandglass.file.BlobStore;
import dev.sandglass.file.FileService;
import dev.sandglass.file.StoredFile;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.store.Database;
import dev.sandglass.store.Page;
import dev.sandglass.store.PageRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers: made, found, used, expired, deleted. A container is a record first; its process is
 * forked when it is first needed, and again, with its files, if it has died or the server was
 * restarted. Thread-safe.
 */
public final class ContainerService implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ContainerService.class);

  private final SandboxDriver driver;
  private final FileService files;
  private final Config config;
  private final Clock clock;
  private final ContainerRepository repository;
  private final Ledger ledger;
  private final Workspace workspace;
  private final FileRegistrar registrar;
  private final FileCards cards;
  private final LiveContainers live;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("container-sweep").factory());

  public ContainerService(
      Database database,
      BlobStore blobs,
      FileService files,
      SandboxDriver driver,
      Config config,
      Clock clock) {
    this.driver = driver;
    this.files = files;
    this.config = config;
    this.clock = clock;
    this.repository = new ContainerRepository(database);
    this.ledger = new Ledger(database, config.billing(), clock);
    KeepPlan.Limits limits =
        new KeepPlan.Limits(
            config.container().maxFiles(),
            config.files().maxBytes(),
            config.container().maxBytes());
    this.workspace = new Workspace(repository, blobs, clock, limits);
    this.live = new LiveContainers(driver, config, ledger, workspace, clock.instant());
    this.registrar = new FileRegistrar(repository, blobs, clock, limits);
    this.cards =
        new FileCards(
            driver,
            blobs,
            new FileCardRepository(database, driver.version(), clock),
            new FileCards.Limits(
                config.turn().cardTime(),
                config.turn().cardMemory().bytes(),
                new ContainerSpec.Disk(
                    config.sandbox().disk().bytes(), config.sandbox().diskInodes()),
                (int) config.turn().cardBytes().bytes()));
    long sweep = config.container().sweep().toMillis();
    sweeper.scheduleWithFixedDelay(this::sweep, sweep, sweep, TimeUnit.MILLISECONDS);
  }

  /**
   * Refuses a limit of memory that the host could not give to any container.
   *
   * @param asked bytes; null: the default
   * @param param where in the request they stand
   * @throws SandglassException 400, naming the largest one available
   */
  public void checkMemory(@Nullable Long asked, String param) {
    MemorySize.check(asked, driver.mostMemory(), param);
  }

  /** False if there are no walls around containers ({@code sandbox.runtime: process}). */
  public boolean isolates() {
    return driver.isolates();
  }

  /**
   * Refuses another container's process if the host is short of disk or memory now.
   *
   * @throws SandglassException 503
   */
  public void admit() {
    driver.admit();
  }

  /**
   * Makes a container; nothing runs for it yet.
   *
   * @throws SandglassException 429 above {@code container.max-per-project}; 404 for an unknown
   *     file; 503 if the host is too full
   */
  public Container create(String project, CreateContainer request) throws InterruptedException {
    admit();
    int max = config.container().maxPerProject();
    if (repository.countLiving(project) >= max) {
      sweep(); // some may have expired just now
    }
    if (repository.countLiving(project) >= max) {
      throw new SandglassException(
          Kind.TOO_MANY,
          "The project has "
              + max
              + " live containers, as many as container.max-per-project allows: delete some.",
          "container_limit",
          null,
          null);
    }
    List<StoredFile> inputs = request.fileIds().stream().map(id -> input(project, id)).toList();
    Instant now = clock.instant();
    String id = Ids.container();
    Container c =
        new Container(
            id,
            project,
            request.key(),
            request.name() != null ? request.name() : "container",
            now,
            now,
            request.idleTimeout() != null ? request.idleTimeout() : config.container().idle(),
            request.memoryBytes() != null
                ? request.memoryBytes()
                : config.sandbox().memoryLimit().bytes(),
            request.auto(),
            request.edition(),
            driver.imageDigest(),
            null);
    repository.insert(c);
    for (StoredFile f : inputs) {
      addCopy(c, f);
    }
    return c;
  }

  private StoredFile input(String project, String fileId) {
    return files
        .find(project, fileId)
        .orElseThrow(() -> Containers.noSuchInputFile(fileId, "file_ids"));
  }

  /** Copies a file of the Files API in, once in the container's life. */
  void addCopy(Container c, StoredFile f) throws InterruptedException {
    if (!repository.hasCopyOf(c.id(), f.id())) {
      workspace.add(live(c), c.id(), InputName.of(c.edition(), f), f.sha256(), f.bytes(), f.id());
    }
  }

  public Optional<Container> find(String project, String id) {
    return repository.find(project, id).filter(c -> !forgotten(c));
  }

  private boolean forgotten(Container c) {
    Config.Container limits = config.container();
    return ContainerLife.forgotten(c, inUse(c), limits.life(), limits.retention(), clock.instant());
  }

  /** Like {@link #find}, and counts as use, which keeps it from expiring. */
  public Optional<Container> retrieve(String project, String id) {
    Optional<Container> found = find(project, id).filter(c -> !expired(c));
    if (found.isEmpty()) {
      return find(project, id);
    }
    Instant now = clock.instant();
    return repository.touch(id, now) ? found.map(c -> c.usedAt(now)) : find(project, id);
  }

  public Page<Container> list(String project, @Nullable String name, PageRequest page) {
    return repository.list(project, name, page);
  }

  /** Whether it is in use, idle or expired, in the words of an edition. */
  public String status(Container c, Edition edition) {
    return lifeStatus(c).wire(edition);
  }

  public boolean expired(Container c) {
    return lifeStatus(c) == ContainerLife.Status.EXPIRED;
  }

  private ContainerLife.Status lifeStatus(Container c) {
    return ContainerLife.status(c, inUse(c), config.container().life(), clock.instant());
  }

  private boolean inUse(Container c) {
    LiveContainer running = live.ifRunning(c.id());
    return running != null && running.inUse();
  }

  /** Ends a container and forgets it, files included. */
  public void delete(String project, String id) {
    Container c = require(project, id);
    repository.end(c.id(), endOf(c));
    ended(c.id());
    repository.delete(c.id());
  }

  /**
   * Opens a use of a container for a turn.
   *
   * @throws SandglassException 404 if there is none, 400 if it has expired, 503 if it has no
   *     process now and the host is too full for one
   */
  public ContainerUse use(String project, String id) {
    Container c = requireAlive(project, id);
    LiveContainer running = live(c);
    if (running.needsProcess()) {
      admit();
    }
    running.beginUse();
    if (!repository.touch(id, clock.instant())) {
      running.endUse();
      throw Containers.expired(id); // in this very moment
    }
    return new TurnUse(this, c, running);
  }

  Container requireAlive(String project, String id) {
    Container c = require(project, id);
    if (expired(c)) {
      throw Containers.expired(id);
    }
    return c;
  }

  private Container require(String project, String id) {
    return find(project, id).orElseThrow(() -> Containers.notFound(id));
  }

  /**
   * Opens a container's session and begins to fork, so that the first cell need not wait. Returns
   * at once.
   */
  public void prepare(Container c) {
    live(c).prepare();
  }

  /**
   * Goes on with the containers of a server that was killed or stopped. To be called once, before
   * anything else is.
   *
   * @return the interrupted cells whose ends {@code cells} will be told
   */
  public Set<String> takeOver(InterruptedCells cells) throws InterruptedException {
    return new TakeOver(this, cells).run(driver.found());
  }

  LiveContainer live(Container c) {
    return live.of(c);
  }

  /** A cell with the configured limits. */
  CellRequest request(String cellId, String code) {
    return live.request(cellId, code);
  }

  /** Ends the process of a container whose record has ended, and its session. */
  private void ended(String id) {
    live.end(id);
    writeFees(id);
  }

  /** By its clocks if they are over, else now. */
  private Instant endOf(Container c) {
    Instant ended = c.endedAt();
    if (ended != null) {
      return ended;
    }
    return expired(c) ? ContainerLife.expiredAt(c, config.container().life()) : clock.instant();
  }

  /** Ends what has expired, writes the fees that are due, forgets what was kept long enough. */
  void sweep() {
    try {
      repository.living().stream()
          .filter(this::expired)
          .filter(c -> repository.endUnused(c, endOf(c)))
          .forEach(c -> {
            log.info("container {} expired", c.id());
            ended(c.id());
          });
      ledger.overdue().forEach(this::writeFees);
      repository
          .endedBy(clock.instant().minus(config.container().retention()))
          .forEach(c -> {
            log.info("container {} is forgotten", c.id());
            repository.delete(c.id());
          });
    } catch (RuntimeException e) {
      log.warn("looking for expired containers", e);
    }
  }

  private void writeFees(String id) {
    Optional<Container> found = repository.find(id);
    found.ifPresent(c -> {
      @Nullable Duration limit = ContainerLife.limit(c, config.container().life());
      if (c.endedAt() == null) {
        ledger.advance(id, clock.instant(), limit);
      } else {
        ledger.close(id, c.endedAt(), limit); // the server ended between the two records
      }
    });
  }

  ContainerRepository repository() {
    return repository;
  }

  Workspace workspace() {
    return workspace;
  }

  FileRegistrar registrar() {
    return registrar;
  }

  FileCards cards() {
    return cards;
  }

  FileService inputs() {
    return files;
  }

  Config config() {
    return config;
  }

  Clock clock() {
    return clock;
  }

  @Nullable LiveContainer liveIfRunning(String id) {
    return live.ifRunning(id);
  }

  /** Lets go of all processes, which go on; in place of {@link #close}. */
  public void detach() {
    sweeper.shutdownNow();
    live.detach();
  }

  /** Ends all processes; the records and files stay. */
  @Override
  public void close() {
    sweeper.shutdownNow();
    live.close();
  }
}
