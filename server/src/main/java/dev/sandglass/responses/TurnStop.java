package dev.sandglass.responses;

import org.jspecify.annotations.Nullable;

/**
 * Ends a turn from outside by interrupting its thread, and remembers why. Thread-safe; the first
 * reason counts. Once {@link #close} has returned no interrupt reaches the thread any more.
 */
final class TurnStop implements AutoCloseable {

  /** Why a turn ends before its answer. */
  enum Reason {
    CLIENT_GONE,
    SHUTDOWN,
    TIME
  }

  private final Thread thread;
  private @Nullable Reason reason;
  private boolean closed;

  /** For the calling thread. */
  TurnStop() {
    this.thread = Thread.currentThread();
  }

  synchronized void stop(Reason why) {
    if (!closed && reason == null) {
      reason = why;
      thread.interrupt();
    }
  }

  synchronized @Nullable Reason reason() {
    return reason;
  }

  /** Throws if the turn was stopped; for work between two waits. */
  void check() throws InterruptedException {
    if (reason() != null) {
      throw new InterruptedException("the turn was stopped");
    }
  }

  /** By the turn's own thread; clears an interrupt that came too late. */
  @Override
  public synchronized void close() {
    closed = true;
    if (reason != null) {
      Thread.interrupted();
    }
  }
}
