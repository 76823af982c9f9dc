package dev.sandglass.model;

/**
 * How much longer an attempt is waited for: first for its first token, then for each next piece,
 * and never past the deadline of the whole step. Not thread-safe.
 */
final class Patience {

  private final UpstreamLimits limits;
  private final Failures failures;
  private final long deadline;
  private long pieceDeadline;
  private boolean started;

  /**
   * @param deadline of the step, in {@link System#nanoTime}
   */
  Patience(UpstreamLimits limits, long deadline, Failures failures) {
    this.limits = limits;
    this.deadline = deadline;
    this.failures = failures;
    this.pieceDeadline = System.nanoTime() + limits.firstToken().toNanos();
  }

  /** A piece of the answer came. */
  void progress() {
    started = true;
    pieceDeadline = System.nanoTime() + limits.idle().toNanos();
  }

  /** At least 1, so that it can be waited for even when it is over. */
  long nanosLeft() {
    long now = System.nanoTime();
    return Math.max(1, Math.min(deadline - now, pieceDeadline - now));
  }

  boolean over() {
    long now = System.nanoTime();
    return deadline - now <= 0 || pieceDeadline - now <= 0;
  }

  /** Which limit was met, in words. */
  Failure failure() {
    if (deadline - System.nanoTime() <= 0) {
      return failures.late("no end of its answer", "total-timeout", limits.total());
    }
    return started
        ? failures.late("nothing more", "idle-timeout", limits.idle())
        : failures.late("no first token", "first-timeout", limits.firstToken());
  }
}
