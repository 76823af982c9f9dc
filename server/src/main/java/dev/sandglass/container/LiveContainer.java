package dev.sandglass.container;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The running half of a container: its sandbox process, forked when first needed and again if it
 * has died, and what is known of the files in there. Thread-safe.
 */
final class LiveContainer {

  /**
   * Fills a freshly forked container with the files that it should have; returns path → version.
   */
  interface Filler {
    Map<String, String> fill(SandboxContainer fresh) throws Exception;
  }

  /** The fee of the container's session, due once, from its first process on. */
  interface Fee {
    /** It is due, and false if it was before. */
    boolean open();

    /** It is not due after all: there was no process. */
    void withdraw();
  }

  final CellQueue queue = new CellQueue();

  /**
   * Guards {@link #versions}, {@link #changes} and every change of the container's files that is
   * made from outside.
   */
  final ReentrantLock files = new ReentrantLock();

  /** Path below {@code /mnt/data} → version, of all files as last registered. */
  final Map<String, String> versions = new HashMap<>();

  /** How often its files were changed from outside, or put into a new process. */
  long changes;

  private final SandboxDriver driver;
  private final ContainerSpec spec;
  private final Filler filler;
  private final Fee fee;
  private @Nullable CompletableFuture<SandboxContainer> fork;
  private int uses;
  private boolean closed;
  private boolean hadState;
  private boolean stateLost;

  LiveContainer(
      SandboxDriver driver, ContainerSpec spec, boolean hadState, Filler filler, Fee fee) {
    this.driver = driver;
    this.spec = spec;
    this.hadState = hadState;
    this.filler = filler;
    this.fee = fee;
  }

  /**
   * Goes on with a process of an earlier server's.
   *
   * @param known path → version, of its files as last registered
   */
  void takeOver(SandboxContainer found, Map<String, String> known) {
    files.lock();
    try {
      versions.putAll(known);
    } finally {
      files.unlock();
    }
    synchronized (this) {
      fork = CompletableFuture.completedFuture(found);
      hadState = true;
    }
  }

  /** Opens the session and begins to fork if there is no process. Returns at once. */
  synchronized CompletableFuture<SandboxContainer> prepare() {
    if (closed) {
      return CompletableFuture.failedFuture(Containers.expired(spec.id()));
    }
    CompletableFuture<SandboxContainer> current = fork;
    if (current == null || needsProcess()) {
      boolean opened = fee.open();
      stateLost = stateLost || hadState;
      @Nullable SandboxContainer dead =
          current == null || current.isCompletedExceptionally() ? null : current.join();
      current = new CompletableFuture<>();
      fork = current;
      CompletableFuture<SandboxContainer> promise = current;
      Thread.ofVirtual().name("fork-" + spec.id()).start(() -> complete(promise, dead, opened));
    }
    return current;
  }

  /** Whether there is no process, nor one being forked. */
  synchronized boolean needsProcess() {
    CompletableFuture<SandboxContainer> current = fork;
    return current == null || current.isCompletedExceptionally() || diedSince(current);
  }

  private static boolean diedSince(CompletableFuture<SandboxContainer> fork) {
    return fork.isDone() && !fork.join().alive();
  }

  private void complete(
      CompletableFuture<SandboxContainer> promise,
      @Nullable SandboxContainer dead,
      boolean opened) {
    SandboxContainer made = null;
    boolean usable = false;
    try {
      if (dead != null) {
        dead.close(); // what it left stands where the new one's is to be
      }
      made = made();
      usable = true;
      if (isClosed()) {
        throw Containers.expired(spec.id());
      }
      promise.complete(made);
    } catch (Throwable e) {
      try {
        if (opened && !usable) {
          fee.withdraw();
        }
        if (made != null) {
          made.close();
        }
      } catch (RuntimeException more) {
        e.addSuppressed(more);
      }
      promise.completeExceptionally(e);
    }
  }

  /** A process with its files; a second one if the first one's sandbox ends in these moments. */
  private SandboxContainer made() throws Exception {
    try {
      return filled(driver.create(spec));
    } catch (SandboxException e) {
      if (e.reason() != SandboxException.Reason.DEAD) {
        throw e;
      }
      return filled(driver.create(spec));
    }
  }

  private SandboxContainer filled(SandboxContainer fresh) throws Exception {
    files.lock();
    try {
      changes++;
      versions.clear();
      versions.putAll(filler.fill(fresh));
      return fresh;
    } catch (Throwable e) {
      fresh.close();
      throw e;
    } finally {
      files.unlock();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** The process, forked if need be. Blocks until it is ready. */
  SandboxContainer sandbox() throws InterruptedException {
    try {
      return prepare().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r
          ? r
          : new IllegalStateException(e.getCause());
    }
  }

  /** The process if there is one, ready; never forks. */
  synchronized @Nullable SandboxContainer sandboxIfReady() {
    CompletableFuture<SandboxContainer> f = fork;
    return f != null && f.isDone() && !f.isCompletedExceptionally() && f.join().alive()
        ? f.join()
        : null;
  }

  /** From now on a fork anew means that variables are lost. */
  synchronized void hasState() {
    hadState = true;
  }

  /** Whether variables were lost since this was last asked. */
  synchronized boolean takeStateLost() {
    boolean lost = stateLost;
    stateLost = false;
    return lost;
  }

  synchronized void beginUse() {
    uses++;
  }

  synchronized void endUse() {
    uses--;
  }

  synchronized boolean inUse() {
    return uses > 0;
  }

  /** Lets go of the process, which goes on without this server. */
  void detach() {
    synchronized (this) {
      closed = true;
    }
  }

  /** Ends the process. Idempotent. */
  void close() {
    CompletableFuture<SandboxContainer> f;
    synchronized (this) {
      closed = true;
      f = fork;
    }
    if (f != null) {
      f.thenAccept(SandboxContainer::close);
    }
  }
}
