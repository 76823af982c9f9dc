package dev.sandglass.model.local;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Small file work of the installers, with errors that name the folder and the way out. */
final class Disk {
  private Disk() {}

  static LocalModelException failure(String what, Path where, IOException cause) {
    String reason =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    if (reason.contains("No space left on device")) {
      return new LocalModelException(
          "cannot "
              + what
              + ": the disk of "
              + where
              + " is full. Free space or set SANDGLASS_CACHE to a larger disk",
          cause);
    }
    return new LocalModelException("cannot " + what + " in " + where + ": " + reason, cause);
  }

  static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw failure("create the folder", folder, e);
    }
  }

  /** The folder a file is in. */
  static Path folder(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a root folder is no file");
  }

  /** Makes the file appear at its final place whole or not at all; both are on one file system. */
  static void publish(Path finished, Path target) throws IOException {
    Files.move(
        finished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Deletes a file or a folder with all it holds, if it is there; never follows links. */
  static void delete(Path tree) throws IOException {
    try {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                throws IOException {
              Files.deleteIfExists(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      // already gone
    }
  }

  /** Fails before anything is written if the disk cannot hold {@code needed} bytes more. */
  static void require(long needed, long usable, Path where) {
    if (usable < needed) {
      throw new LocalModelException(
          "%s needs %s of free space and has %s. Free space or set SANDGLASS_CACHE to a larger disk"
              .formatted(where, gigabytes(needed), gigabytes(usable)));
    }
  }

  static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
