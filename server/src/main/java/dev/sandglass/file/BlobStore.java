package dev.sandglass.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.function.Predicate;

/** Content-addressed storage: equal contents are stored once. Thread-safe. */
public interface BlobStore {

  /** Writes content to a stream. */
  @FunctionalInterface
  interface Writer {
    void writeTo(OutputStream out) throws IOException, InterruptedException;
  }

  /**
   * Content that was read to its end but isn't stored yet. Closing forgets it, unless it was kept.
   * For one thread.
   */
  interface Staged extends AutoCloseable {

    Blob blob();

    /** Stores it; from then on it can be opened. */
    void keep() throws IOException;

    @Override
    void close();
  }

  /**
   * Reads what {@code writer} writes, to be kept or forgotten; memory stays flat.
   *
   * @throws BlobTooLargeException as soon as there are more than {@code limit} bytes; nothing is
   *     left behind
   */
  Staged stage(Writer writer, long limit) throws IOException, InterruptedException;

  /**
   * Stores what {@code writer} writes; memory stays flat.
   *
   * @throws BlobTooLargeException as soon as there are more than {@code limit} bytes; nothing is
   *     left behind
   */
  default Blob put(Writer writer, long limit) throws IOException, InterruptedException {
    try (Staged staged = stage(writer, limit)) {
      staged.keep();
      return staged.blob();
    }
  }

  /** Stores a stream's content. */
  default Blob put(InputStream content, long limit) throws IOException {
    try (Staged staged = stage(content, limit)) {
      staged.keep();
      return staged.blob();
    }
  }

  /** Reads a stream's content, to be kept or forgotten. */
  default Staged stage(InputStream content, long limit) throws IOException {
    try {
      return stage(out -> content.transferTo(out), limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /**
   * @throws java.nio.file.NoSuchFileException if there is none of that sum
   */
  InputStream open(String sha256) throws IOException;

  /** Removes contents stored before {@code before} that nobody uses any more. */
  void sweep(Instant before, Predicate<String> used) throws IOException;
}
