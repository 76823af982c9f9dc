package dev.sandglass.model.local;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A model that this process runs as a child: its address while it lives, its key, its state.
 * Thread-safe.
 */
public interface LocalModel extends AutoCloseable {

  /** Begins to load in the background; further calls do nothing. */
  void start();

  /**
   * The base URL, ending in {@code /v1}, of the process that runs now or comes next. Ask again for
   * each request: after a restart the address is another.
   */
  CompletableFuture<URI> ready();

  /**
   * Waits for the base URL.
   *
   * @throws LocalModelException if it isn't ready in time or has failed for good, with the end of
   *     its log
   */
  URI awaitReady(Duration timeout) throws InterruptedException;

  /** The bearer token that only this process and the child know. */
  String apiKey();

  /** The model's name in catalogue or library. */
  String modelName();

  LocalModelStatus status();

  /** Stops the child and waits until it is gone. */
  @Override
  void close();
}
