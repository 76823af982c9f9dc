package dev.sandglass.model.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where models and their servers live in the user's cache, keyed by content so that all clones
 * share them: {@code models/<sha256>/<file>}, {@code llama-server/<key>/llama-server}, {@code
 * downloads/…} for what is half-done.
 *
 * @param root the cache folder itself
 */
public record ModelCache(Path root) {
  public ModelCache {
    root = root.toAbsolutePath();
  }

  Path models() {
    return root.resolve("models");
  }

  /** Where the model's weights are, or will be. */
  public Path file(CatalogueModel model) {
    return models().resolve(model.sha256()).resolve(model.file());
  }

  /**
   * Whether the weights are in place: only checked files ever get there, so the size is proof
   * enough.
   */
  public boolean holds(CatalogueModel model) {
    try {
      return Files.isRegularFile(file(model)) && Files.size(file(model)) == model.bytes();
    } catch (IOException e) {
      return false;
    }
  }

  Path parts(String sha256) {
    return root.resolve("downloads").resolve(sha256);
  }

  Path lock(String key) {
    return root.resolve("downloads").resolve(key + ".lock");
  }

  Path llamaServer(String key) {
    return root.resolve("llama-server").resolve(key).resolve("llama-server");
  }
}
