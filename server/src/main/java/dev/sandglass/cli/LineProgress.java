package dev.sandglass.cli;

import dev.sandglass.model.local.InstallProgress;
import java.io.PrintStream;
import java.time.Duration;

/** Prints a line of progress every few seconds. Thread-safe. */
final class LineProgress implements InstallProgress {

  private static final Duration EVERY = Duration.ofSeconds(5);

  private final PrintStream out;
  private long last = System.nanoTime() - EVERY.toNanos();

  LineProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void update(String step, long done, long total) {
    long now = System.nanoTime();
    if (now - last >= EVERY.toNanos() || (total > 0 && done == total)) {
      last = now;
      out.println(step + (total > 0 ? ": " + 100 * done / total + " %" : ""));
    }
  }
}
