package dev.sandglass.cli;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.key.KeyService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The first key of a home, made by its first server: the command line uses it. Kept in a file that
 * its owner alone can read.
 */
final class CliKey {

  private CliKey() {}

  static String of(Path home, KeyService keys) {
    Path file = home.resolve("run/key");
    try {
      if (Files.exists(file)) {
        String secret = Files.readString(file).strip();
        if (keys.authenticate(secret).isPresent()) {
          return secret;
        }
        Files.delete(file);
      }
      String secret = keys.create(KeyService.DEFAULT_PROJECT, "command line").secret();
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, secret + "\n");
      return secret;
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "can't keep a key in " + file + ": " + e.getMessage(), e);
    }
  }
}
