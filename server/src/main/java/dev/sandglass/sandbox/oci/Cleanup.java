package dev.sandglass.sandbox.oci;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be undone, registered the moment it is done, undone once in reverse. What is
 * registered after that is undone at once. Thread-safe.
 */
final class Cleanup implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

  @FunctionalInterface
  interface Undo {
    void run() throws Exception;
  }

  private record Named(String what, Undo undo) {}

  private final Deque<Named> stack = new ArrayDeque<>();
  private boolean closed;

  void add(String what, Undo undo) {
    synchronized (this) {
      if (!closed) {
        stack.push(new Named(what, undo));
        return;
      }
    }
    run(new Named(what, undo));
  }

  @Override
  public void close() {
    while (true) {
      Named next;
      synchronized (this) {
        closed = true;
        next = stack.poll();
      }
      if (next == null) {
        return;
      }
      run(next);
    }
  }

  private static void run(Named named) {
    try {
      named.undo().run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("undoing {}: {}", named.what(), e.toString());
    }
  }
}
