package dev.sandglass.sandbox.oci;

/**
 * Counts memory that is promised and not yet seen to be taken. What was kept stays counted until
 * the host has been looked at once more. Thread-safe.
 */
final class Promised {

  private long all;
  private long kept;

  /** False if it would be more than {@code left} in all; bytes. */
  synchronized boolean add(long bytes, long left) {
    if (all + bytes > left) {
      return false;
    }
    all += bytes;
    return true;
  }

  synchronized void keep(long bytes) {
    kept += bytes;
  }

  synchronized long all() {
    return all;
  }

  /** What the next look at the host will surely see. */
  synchronized long kept() {
    return kept;
  }

  synchronized void forget(long bytes) {
    kept -= bytes;
    all -= bytes;
  }
}
