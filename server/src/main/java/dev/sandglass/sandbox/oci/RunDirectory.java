package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A driver's directory below {@code /run}, held by one server at a time: what another one finds in
 * it is left over, and removed.
 */
final class RunDirectory implements AutoCloseable {

  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel lock;

  private RunDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * @throws SandboxException {@link Reason#UNSUPPORTED_HOST} if another server holds it
   */
  static RunDirectory open(Path path) throws IOException {
    passable(path);
    refuseOfOthers(path.toAbsolutePath().getParent());
    if (!RootlessNeeds.isRoot()) {
      // Its sandboxes' users don't pass here, and others of its group shall not.
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }
    FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this very process.
    }
    if (lock == null) {
      channel.close();
      throw new SandboxException(
          Reason.UNSUPPORTED_HOST,
          "Another server is running with the run directory %s. Stop it, or give this one another (sandbox.run)."
              .formatted(path));
    }
    return new RunDirectory(path, channel);
  }

  /** Whoever owns the directory above could put another in its place. */
  private static void refuseOfOthers(@Nullable Path above) throws IOException {
    long owner = above == null ? 0 : ((Number) Files.getAttribute(above, "unix:uid")).longValue();
    if (owner != 0 && owner != RootlessNeeds.uid()) {
      throw new SandboxException(
          Reason.UNSUPPORTED_HOST,
          "%s belongs to another user (uid %d): give the server a run directory elsewhere (sandbox.run)."
              .formatted(above, owner));
    }
  }

  /**
   * Makes a directory with its parents, each passable for the sandbox's users, whatever the
   * server's umask: they can walk through, and see nothing.
   */
  static void passable(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      passable(parent);
    }
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    }
  }

  /** Lets go of it; everything in it stays for the next server. */
  void release() throws IOException {
    lock.close();
  }

  /** Removes the directory if nothing is left in it, and lets go of it. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path.resolve(LOCK));
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      // Somebody else's, or of a server that has just started.
    } finally {
      lock.close();
    }
  }
}
