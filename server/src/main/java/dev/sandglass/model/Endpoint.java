package dev.sandglass.model;

import java.net.URI;

/**
 * Where an OpenAI-compatible API is: its base, such as {@code https://host/v1}. For a model that
 * Sandglass runs itself, asking may take as long as the model takes to load.
 */
@FunctionalInterface
public interface Endpoint {

  /**
   * The base URI, ready to be used.
   *
   * @throws UpstreamException if the local model can't be started
   */
  URI base() throws InterruptedException;

  static Endpoint at(URI base) {
    return () -> base;
  }
}
