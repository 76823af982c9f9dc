package dev.sandglass.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A live container: its kernel and its files. Thread-safe; cells must come one at a time (the
 * caller queues), file operations may come at any time, also while a cell runs. Every method throws
 * {@link SandboxException}, of kind {@code DEAD} when the container has ended.
 *
 * <p>Paths are relative to {@code /mnt/data}, with {@code /} between segments, and never leave it.
 */
public interface SandboxContainer extends AutoCloseable {

  String id();

  /** False once the container has ended, by {@link #close} or by itself. */
  boolean alive();

  /**
   * Runs one cell and returns how it ended. Outputs reach {@code listener} in order as they come,
   * on one thread, before this returns. What the code does wrong is in the result, never thrown.
   * When the calling thread is interrupted the cell is interrupted too and {@link
   * InterruptedException} is thrown once it has ended.
   */
  CellResult execute(CellRequest request, CellListener listener) throws InterruptedException;

  /**
   * The cells that a server before this one sent and nobody has acknowledged, in their order; the
   * last one may still run.
   */
  List<String> kept();

  /**
   * Gives out everything that a kept cell gave out, from its beginning, waits for its end if it
   * still runs, and returns how it ended. Otherwise like {@link #execute}.
   *
   * @param request as it was sent; its code doesn't matter
   */
  CellResult rejoin(CellRequest request, CellListener listener) throws InterruptedException;

  /**
   * What a cell gave out is stored. Until then the container keeps it for a server that comes after
   * a crash of this one. Returns at once; nothing if it isn't kept.
   */
  void acknowledge(String cellId);

  /**
   * Interrupts the running cell if it has this id (SIGINT; after the grace time SIGKILL). Returns
   * at once.
   */
  void interrupt(String cellId);

  /**
   * Writes a file from a stream; it appears whole or not at all.
   *
   * @return the file as it is now, under the name really used
   */
  FileStat write(String path, InputStream content, Collision collision)
      throws IOException, InterruptedException;

  /**
   * Copies {@code length} bytes from {@code offset} ({@code length < 0}: to the end).
   *
   * @return the number of bytes copied
   */
  long read(String path, long offset, long length, OutputStream to)
      throws IOException, InterruptedException;

  /** All regular files, recursively, sorted by path; at most {@code limit}. */
  List<FileStat> list(int limit) throws InterruptedException;

  Optional<FileStat> stat(String path) throws InterruptedException;

  /** True if it existed. */
  boolean delete(String path) throws InterruptedException;

  /** Makes {@code alias} a second name for {@code path} (docs/protocol.md, {@code file.alias}). */
  void alias(String path, String alias) throws InterruptedException;

  /** Memory in use by the whole container in bytes, if the driver can tell. */
  @Nullable Long memoryUsed();

  /** Ends the container and removes it, files included. Idempotent. */
  @Override
  void close();

  /** What to do when a file of that name exists. */
  enum Collision {
    REPLACE,
    FAIL,
    /** Take {@code name (2).ext}, {@code name (3).ext}, … */
    RENAME
  }

  /**
   * A regular file below {@code /mnt/data}.
   *
   * @param path relative to {@code /mnt/data}
   * @param size bytes
   * @param version changes whenever content or identity does: inode, mtime and ctime together
   */
  record FileStat(String path, long size, String version) {}
}
