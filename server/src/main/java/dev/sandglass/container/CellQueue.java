package dev.sandglass.container;

import dev.sandglass.common.SandglassException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets the cells of one container run one at a time, in order of arrival. Thread-safe. */
final class CellQueue {

  private final Semaphore turn = new Semaphore(1, /* fair= */ true);

  /**
   * Waits for its place; closing the place lets the next one in.
   *
   * @throws SandglassException 429 after {@code wait}
   */
  Place enter(Duration wait) throws InterruptedException {
    if (!turn.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new SandglassException(
          SandglassException.Kind.TOO_MANY,
          "Another cell has been running in this container for longer than container.queue-wait ("
              + wait.toSeconds()
              + " s), and cells of one container run one at a time. Try again later, or use a container of its own.",
          "container_busy",
          null,
          null);
    }
    return turn::release;
  }

  /** Not to be closed twice. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }
}
