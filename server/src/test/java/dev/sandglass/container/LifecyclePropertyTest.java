package dev.sandglass.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.billing.Usage;
import dev.sandglass.common.Ids;
import dev.sandglass.config.Config;
import dev.sandglass.container.LifeSequence.World;
import dev.sandglass.file.DiskBlobStore;
import dev.sandglass.file.FileService;
import dev.sandglass.key.KeyService;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.store.Database;
import dev.sandglass.testing.BlobDirectory;
import dev.sandglass.testing.MovingClock;
import dev.sandglass.testing.Runc;
import dev.sandglass.testing.memory.MemoryDriver;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of containers, their files and their fees against a simple model: random sequences
 * through the real services and a real database.
 *
 * <p>What it has been seen to notice, each within a hundred sequences: the idle time, or the hour,
 * not looked at; a second fee for a follow-up; an expired container that answers; a list that
 * counts as use, an upload that doesn't; a shorter retention; a turn that doesn't hold its
 * container; an end written when it was noticed; later hours for nothing; a session opened without
 * code; another project's id that is found.
 */
class LifecyclePropertyTest {

  private static final int SEQUENCES = Integer.getInteger("sandglass.sequences", 10_000);
  private static final int ON_RUNC = Math.min(200, SEQUENCES);

  /** To see one of them again: this, and {@code sandglass.sequences} 1. */
  private static final int FIRST = Integer.getInteger("sandglass.seed", 0);

  @Test
  void tenThousandSequencesGoAsTheModelSays(@TempDir Path directory) throws Exception {
    try (MemoryDriver driver = new MemoryDriver()) {
      replay(directory, driver, SEQUENCES);
      long deadline = System.nanoTime() + 10_000_000_000L;
      while (!driver.living().isEmpty() && System.nanoTime() < deadline) {
        Thread.onSpinWait(); // a fork that was still under way is undone by its own thread
      }
      assertThat(driver.living()).isEmpty();
    }
  }

  @Test
  void twoHundredOfThemGoTheSameWayOnRunc(@TempDir Path directory) throws Exception {
    try (SandboxDriver driver = Runc.open(directory)) {
      replay(directory, driver, ON_RUNC);
    }
  }

  private static void replay(Path directory, SandboxDriver driver, int sequences) throws Exception {
    Config config = Config.defaults();
    MovingClock clock = new MovingClock(Instant.parse("2026-01-01T00:00:00Z"));
    Path blobDirectory = directory.resolve("blobs");
    DiskBlobStore blobs = new DiskBlobStore(blobDirectory, clock);
    try (Database database = Database.open(directory.resolve("s.db"), 2, false)) {
      FileService files = new FileService(database, blobs, config.files(), clock);
      KeyService keys = new KeyService(database, clock);
      try (ContainerService containers =
          new ContainerService(database, blobs, files, driver, config, clock)) {
        World world =
            new World(
                containers,
                new ContainerFiles(containers),
                files,
                new Usage(database),
                clock,
                List.of(keys.project("one"), keys.project("other")));
        for (String project : world.projects()) {
          driver
              .create(
                  new ContainerSpec(
                      Ids.container(), project, 1 << 28, 64, 256, 1 << 26, 1 << 26, Runc.DISK))
              .close(); // its imports are no part of a sequence
        }
        for (int seed = FIRST; seed < FIRST + sequences; seed++) {
          try {
            new LifeSequence(world, seed).run();
          } catch (AssertionError | Exception e) {
            throw new AssertionError("sequence " + seed + ": " + e.getMessage(), e);
          }
        }
        files.sweep();
        assertThat(BlobDirectory.sums(blobDirectory)).as("what nobody can have any more").isEmpty();
      }
    }
  }
}
