package dev.sandglass.model.local;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A child's output on disk, at most twice {@code limit} bytes: a full file becomes {@code
 * <name>.1}, replacing the one before. The last lines stay in memory for error messages. A disk
 * that is full costs log lines, not the child. Thread-safe.
 */
final class BoundedLog implements AutoCloseable {
  private static final int TAIL_LINES = 20;

  private final Path file;
  private final long limit;
  private final Deque<String> tail = new ArrayDeque<>();
  private OutputStream out;
  private long size;

  BoundedLog(Path file, long limit) {
    this.file = file;
    this.limit = limit;
    Disk.create(Disk.folder(file));
    try {
      this.size = Files.exists(file) ? Files.size(file) : 0;
      this.out = open();
    } catch (IOException e) {
      throw Disk.failure("write the log", file, e);
    }
  }

  synchronized void line(String text) {
    if (tail.size() == TAIL_LINES) {
      tail.removeFirst();
    }
    tail.addLast(text);
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      if (size + bytes.length > limit) {
        rotate();
      }
      out.write(bytes);
      size += bytes.length;
    } catch (IOException e) {
      tail.addLast("(a log line could not be written: " + e.getMessage() + ")");
    }
  }

  synchronized String tail() {
    return String.join("\n", tail);
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      tail.addLast("(the log could not be closed: " + e.getMessage() + ")");
    }
  }

  private void rotate() throws IOException {
    out.close();
    Files.move(
        file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
    out = open();
    size = 0;
  }

  private OutputStream open() throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
