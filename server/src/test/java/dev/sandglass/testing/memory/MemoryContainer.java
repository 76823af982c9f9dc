package dev.sandglass.testing.memory;

import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.CellResult.Status;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One container of {@link MemoryDriver}. Thread-safe. */
final class MemoryContainer implements SandboxContainer {

  private static final int MAX_CODE = 1 << 20;

  private final String id;
  private final Runnable onEnd;
  private final MemoryFiles files = new MemoryFiles();
  private final Semaphore running = new Semaphore(1);
  private final Runnable afterCell;
  private TinyPython python = new TinyPython(files);
  private volatile boolean alive = true;
  private volatile @Nullable Cell cell;
  private int count;

  MemoryContainer(String id, Runnable onEnd, Runnable afterCell) {
    this.id = id;
    this.onEnd = onEnd;
    this.afterCell = afterCell;
  }

  /** A cell under way; whoever lets {@code stop} go ends it. */
  private record Cell(String id, Semaphore stop) {}

  @Override
  public String id() {
    return id;
  }

  @Override
  public boolean alive() {
    return alive;
  }

  /** Nothing outlives this process, so nothing is kept for a server that comes after it. */
  @Override
  public List<String> kept() {
    return List.of();
  }

  @Override
  public CellResult rejoin(CellRequest request, CellListener listener) {
    throw new SandboxException(Reason.NOT_FOUND, "no cell is kept");
  }

  @Override
  public void acknowledge(String cellId) {}

  @Override
  public CellResult execute(CellRequest request, CellListener listener)
      throws InterruptedException {
    requireAlive();
    if (request.code().getBytes(StandardCharsets.UTF_8).length > MAX_CODE) {
      throw new SandboxException(Reason.TOO_LARGE, "the code is longer than 1 MiB");
    }
    if (!running.tryAcquire()) {
      throw new SandboxException(Reason.BUSY, "another cell runs");
    }
    try {
      Cell now = new Cell(request.id(), new Semaphore(0));
      cell = now;
      CellResult result = run(request, listener, now);
      afterCell.run();
      return result;
    } finally {
      cell = null;
      running.release();
    }
  }

  private CellResult run(CellRequest request, CellListener listener, Cell now)
      throws InterruptedException {
    count++;
    TinyPython.End end = python.run(request.code(), listener);
    return switch (end) {
      case DONE -> result(request, Status.OK, null, false);
      case RAISED -> result(request, Status.ERROR, null, false);
      case EXITED -> {
        python = new TinyPython(files);
        String status = request.code().replaceAll("(?s).*_exit\\((\\d+)\\).*", "$1");
        yield result(
            request,
            Status.DIED,
            "The code ended its Python process (exit status " + status + ").",
            true);
      }
      case LOOPS ->
          stopped(
              request, now.stop().tryAcquire(request.timeout().toMillis(), TimeUnit.MILLISECONDS));
    };
  }

  private CellResult stopped(CellRequest request, boolean byRequest) {
    requireAlive();
    return result(request, byRequest ? Status.INTERRUPTED : Status.TIMEOUT, null, false);
  }

  private CellResult result(
      CellRequest request, Status status, @Nullable String reason, boolean lost) {
    List<FileStat> listed = request.files() == 0 ? null : list(request.files());
    return new CellResult(status, reason, count, Duration.ZERO, 0, 0, null, lost, null, listed);
  }

  @Override
  public void interrupt(String cellId) {
    Cell now = cell;
    if (now != null && now.id().equals(cellId)) {
      now.stop().release();
    }
  }

  @Override
  public FileStat write(String path, InputStream content, Collision collision) throws IOException {
    requireAlive();
    byte[] bytes = content.readAllBytes();
    synchronized (files) {
      if (files.has(path)) {
        switch (collision) {
          case REPLACE -> {}
          case FAIL -> throw new SandboxException(Reason.EXISTS, "there is a file " + path);
          case RENAME -> {
            return files.put(free(path), bytes);
          }
        }
      }
      return files.put(path, bytes);
    }
  }

  private String free(String path) {
    int dot = path.lastIndexOf('.');
    String name = dot > 0 ? path.substring(0, dot) : path;
    for (int n = 2; ; n++) {
      String numbered = name + " (" + n + ")" + path.substring(name.length());
      if (!files.has(numbered)) {
        return numbered;
      }
    }
  }

  @Override
  public long read(String path, long offset, long length, OutputStream to) throws IOException {
    requireAlive();
    byte[] content = files.get(path);
    int from = (int) Math.min(offset, content.length);
    int most = content.length - from;
    int n = length < 0 ? most : (int) Math.min(length, most);
    to.write(content, from, n);
    return n;
  }

  @Override
  public List<FileStat> list(int limit) {
    requireAlive();
    return files.list(limit);
  }

  @Override
  public Optional<FileStat> stat(String path) {
    requireAlive();
    return files.stat(path);
  }

  @Override
  public boolean delete(String path) {
    requireAlive();
    return files.remove(path);
  }

  @Override
  public void alias(String path, String alias) {
    requireAlive();
    files.alias(path, alias);
  }

  @Override
  public @Nullable Long memoryUsed() {
    return null;
  }

  private void requireAlive() {
    if (!alive) {
      throw new SandboxException(Reason.DEAD, "the container has ended");
    }
  }

  @Override
  public void close() {
    alive = false;
    onEnd.run();
    Cell now = cell;
    if (now != null) {
      now.stop().release();
    }
  }
}
