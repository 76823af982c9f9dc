package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.oci.Shortage.Reading;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The memory of a host as a test wants it, looked at often. */
public final class PretendedMemory {

  private static final Duration OFTEN = Duration.ofMillis(5);
  private static final long PATIENCE = 30_000_000_000L;

  private final long total;
  private final AtomicInteger looks = new AtomicInteger();
  private volatile long available;

  public PretendedMemory(long total, long available) {
    this.total = total;
    this.available = available;
  }

  /** What a driver takes for its host's. */
  public HostMemory host(long free) {
    return new HostMemory(free, this::read, OFTEN);
  }

  private Reading read() {
    looks.incrementAndGet();
    return new Reading(total, available, 0);
  }

  /** From now on so much is available, for a host that nobody looks at yet. */
  public void becomes(long bytes) {
    available = bytes;
  }

  /** From now on so much is available; returns when everybody who is told has been. */
  public void has(long bytes) {
    available = bytes;
    int next = looks.get() + 2; // begins when the first look that surely saw it is over
    long deadline = System.nanoTime() + PATIENCE;
    while (looks.get() < next) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("nobody looks at the host's memory");
      }
      Thread.onSpinWait();
    }
  }
}
