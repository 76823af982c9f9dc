package dev.sandglass.model;

import java.time.Duration;

/** Waits, or in tests only notes that it would have. */
@FunctionalInterface
interface Sleeper {
  void sleep(Duration time) throws InterruptedException;
}
