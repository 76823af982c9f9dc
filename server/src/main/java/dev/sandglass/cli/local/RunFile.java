package dev.sandglass.cli.local;

import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What a running server says of itself in its home directory, so that others on the machine find
 * it. Readable by its owner alone: it holds the key that the command line uses.
 *
 * @param pid the server's process
 * @param url the API's base, with {@code /v1}
 * @param key a key of the project {@code default}
 * @param build which build it is
 * @param linger whether it was started by a question and ends by itself
 */
public record RunFile(long pid, URI url, String key, String build, boolean linger) {

  private static final String NAME = "server.json";

  /** The file's place below the home directory. */
  static Path path(Path home) {
    return home.resolve("run").resolve(NAME);
  }

  /** The record of the server that uses this home, if its process is alive. */
  static Optional<RunFile> read(Path home) {
    try {
      RunFile file = Json.MAPPER.readValue(Files.readAllBytes(path(home)), RunFile.class);
      return ProcessHandle.of(file.pid()).filter(ProcessHandle::isAlive).map(p -> file);
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }

  /** Writes it whole or not at all. */
  public void write(Path home) {
    Path target = path(home);
    @Nullable Path parent = target.getParent();
    try {
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Path temporary =
          Files.createTempFile(
              parent,
              NAME,
              null,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(temporary, Json.MAPPER.writeValueAsBytes(this));
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "can't write " + target + ": " + e.getMessage(), e);
    }
  }

  /** Removes the record if it is this server's. */
  public void remove(Path home) {
    if (read(home).filter(this::equals).isPresent()) {
      try {
        Files.deleteIfExists(path(home));
      } catch (IOException e) {
        // A record of a dead process is ignored by read().
      }
    }
  }
}
