package dev.sandglass.container;

import dev.sandglass.billing.Ledger;
import dev.sandglass.config.Config;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxDriver;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The containers that have a process, or will when it is first needed. Thread-safe. */
final class LiveContainers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LiveContainers.class);

  private final SandboxDriver driver;
  private final Config config;
  private final Ledger ledger;
  private final Workspace workspace;
  private final Instant startedAt;
  private final Map<String, LiveContainer> live = new ConcurrentHashMap<>();

  /** {@code startedAt}: of the server; what an older container had in memory is gone. */
  LiveContainers(
      SandboxDriver driver, Config config, Ledger ledger, Workspace workspace, Instant startedAt) {
    this.driver = driver;
    this.config = config;
    this.ledger = ledger;
    this.workspace = workspace;
    this.startedAt = startedAt;
  }

  LiveContainer of(Container c) {
    return live.computeIfAbsent(
        c.id(),
        id ->
            new LiveContainer(
                driver,
                spec(c),
                c.createdAt().isBefore(startedAt),
                fresh -> workspace.fill(id, fresh),
                fee(c)));
  }

  @Nullable LiveContainer ifRunning(String id) {
    return live.get(id);
  }

  /** A cell with the configured limits. */
  CellRequest request(String cellId, String code) {
    Config.Sandbox limits = config.sandbox();
    return new CellRequest(
        cellId,
        code,
        limits.cellTimeout(),
        limits.cellGrace(),
        limits.outputBytes().bytes(),
        limits.spillBytes().bytes(),
        FileRegistrar.listed(config.container().maxFiles()));
  }

  private LiveContainer.Fee fee(Container c) {
    return new LiveContainer.Fee() {
      @Override
      public boolean open() {
        return ledger.open(c.project(), c.key(), c.id());
      }

      @Override
      public void withdraw() {
        log.info("container {} has no process: its session is not billed", c.id());
        ledger.withdraw(c.id());
      }
    };
  }

  private ContainerSpec spec(Container c) {
    Config.Sandbox s = config.sandbox();
    return new ContainerSpec(
        c.id(),
        c.project(),
        c.memoryBytes(),
        s.processes(),
        s.openFiles(),
        s.tmp().bytes(),
        s.shm().bytes(),
        new ContainerSpec.Disk(s.disk().bytes(), s.diskInodes()));
  }

  /** Ends a container's process. */
  void end(String id) {
    LiveContainer running = live.remove(id);
    if (running != null) {
      running.close();
    }
  }

  /** Lets go of all processes, which go on. */
  void detach() {
    live.values().forEach(LiveContainer::detach);
    live.clear();
  }

  /** Ends all processes. */
  @Override
  public void close() {
    live.values().forEach(LiveContainer::close);
    live.clear();
  }
}
