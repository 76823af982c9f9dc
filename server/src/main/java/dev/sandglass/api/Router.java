package dev.sandglass.api;

/**
 * Where resources register what they answer. Paths are whole, with parameters in braces: {@code
 * /v1/files/{id}}.
 */
public interface Router {

  /** Answers one request; what it throws goes through {@link ErrorMapper}. */
  @FunctionalInterface
  interface Handler {
    void handle(Exchange exchange) throws Exception;
  }

  void get(String path, Handler handler);

  void post(String path, Handler handler);

  void delete(String path, Handler handler);
}
