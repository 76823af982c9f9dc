package dev.sandglass.server;

import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/** A built sandbox image: its root file system and its digest. */
record SandboxImage(Path rootfs, String digest) {

  private static final String DESCRIPTION = "image.json";

  /** The configured image, or the newest in the cache. */
  static SandboxImage of(Config config) {
    Path configured = config.sandbox().image();
    return read(
        configured != null ? configured : newest(config.storage().cacheDir().resolve("images")));
  }

  private static Path newest(Path images) {
    try (Stream<Path> dirs = Files.list(images)) {
      return dirs.filter(d -> Files.isRegularFile(d.resolve(DESCRIPTION)))
          .max(Comparator.comparing(d -> d.resolve(DESCRIPTION).toFile().lastModified()))
          .orElseThrow(() -> missing(images));
    } catch (IOException e) {
      throw missing(images);
    }
  }

  private static SandboxImage read(Path dir) {
    try {
      Path real = dir.toRealPath();
      String digest =
          Json.MAPPER
              .readTree(Files.readAllBytes(real.resolve(DESCRIPTION)))
              .path("digest")
              .asString("unknown");
      return new SandboxImage(real.resolve("rootfs"), digest);
    } catch (IOException | JacksonException e) {
      throw missing(dir);
    }
  }

  private static SandglassException missing(Path where) {
    return new SandglassException(
        Kind.UNAVAILABLE,
        "There is no sandbox image at " + where + ": build it by ./sandglass image build.");
  }
}
