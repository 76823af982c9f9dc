package dev.sandglass.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

  @TempDir private Path directory;

  @Test
  @Timeout(30)
  void whoIsInterruptedWhileHeWaitsForAConnectionGetsItAndStaysInterrupted() throws Exception {
    try (Database database = Database.open(directory.resolve("a.db"), 1, false)) {
      FutureTask<Boolean> read =
          new FutureTask<>(() -> {
            database.read(h -> h.createQuery("SELECT 1").mapTo(Integer.class).one());
            return Thread.currentThread().isInterrupted();
          });
      Thread waiting = new Thread(read);
      CountDownLatch held = new CountDownLatch(1);
      Thread holder = new Thread(() -> database.read(h -> hold(held, waiting)));
      holder.start();
      held.await();
      waiting.start();
      assertThat(read.get()).isTrue();
      holder.join();
    }
  }

  @Test
  void nobodyElseMayReadWhatIsStored() throws Exception {
    Path file = Files.createFile(directory.resolve("a.db")); // by an earlier version
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    try (Database _ = Database.open(file, 1, false);
        Database _ = Database.open(directory.resolve("b.db"), 1, false);
        Stream<Path> all = Files.list(directory)) {
      List<Path> files = all.sorted().toList();
      assertThat(files).hasSize(6); // with what has been written ahead, and its index
      for (Path one : files) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
            .as(one.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  /** Keeps the only connection until the other has been interrupted in waiting for it. */
  private static boolean hold(CountDownLatch held, Thread waiting) {
    held.countDown();
    while (waiting.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    waiting.interrupt();
    while (waiting.isAlive() && waiting.isInterrupted()) { // it has not noticed yet
      Thread.onSpinWait();
    }
    return true;
  }
}
