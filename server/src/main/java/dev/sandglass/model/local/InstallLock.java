package dev.sandglass.model.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A lock that lets one process at a time install one thing; the kernel frees it when its holder
 * dies.
 */
final class InstallLock implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final FileChannel channel;

  private InstallLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits for the lock, telling so if it isn't free at once. */
  static InstallLock acquire(Path file, String what, InstallProgress progress) {
    Disk.create(Disk.folder(file));
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        while (tryLock(channel) == null) {
          progress.update(what + ": waiting for another process that installs it", 0, 0);
          Thread.sleep(POLL);
        }
        return new InstallLock(channel);
      } catch (InterruptedException | IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw Disk.failure("lock", file, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalModelException("interrupted while another process installed " + what, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another thread of this process has it
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LocalModelException(
          "an installation lock cannot be released: " + e.getMessage(), e);
    }
  }
}
