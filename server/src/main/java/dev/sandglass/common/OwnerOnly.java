package dev.sandglass.common;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files and directories that hold what users ask and get: nobody else on this machine may read
 * them, whatever the umask is. What an earlier version has left open is closed.
 */
public final class OwnerOnly {

  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private OwnerOnly() {}

  /** Makes the file, empty, if it isn't there. */
  public static void file(Path file) throws IOException {
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(FILE));
    } catch (FileAlreadyExistsException e) {
      close(file, FILE);
    }
  }

  /** Makes the directory, and those above it, if it isn't there. */
  public static void directory(Path directory) throws IOException {
    Files.createDirectories(directory);
    close(directory, DIRECTORY);
  }

  /** Someone else's is left as it is: that is his decision, and can't be changed. */
  private static void close(Path path, Set<PosixFilePermission> permissions) throws IOException {
    String user = System.getProperty("user.name");
    if (Files.getOwner(path).getName().equals(user)) {
      Files.setPosixFilePermissions(path, permissions);
    }
  }
}
