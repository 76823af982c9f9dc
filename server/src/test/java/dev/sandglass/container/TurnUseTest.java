package dev.sandglass.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.config.Config;
import dev.sandglass.config.Edition;
import dev.sandglass.file.BlobStore;
import dev.sandglass.file.DiskBlobStore;
import dev.sandglass.file.FileService;
import dev.sandglass.key.KeyService;
import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellResult.Status;
import dev.sandglass.store.Database;
import dev.sandglass.store.PageRequest;
import dev.sandglass.testing.MovingClock;
import dev.sandglass.testing.memory.MemoryDriver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a turn meets in its container while it holds it. */
@SuppressWarnings("NullAway.Init") // set up for each test
class TurnUseTest {

  @TempDir private Path home;
  private Database database;
  private MemoryDriver driver;
  private FileService inputs;
  private ContainerService containers;
  private String project;

  @BeforeEach
  void start() throws Exception {
    Config config = Config.defaults();
    MovingClock clock = new MovingClock(Instant.parse("2026-01-01T00:00:00Z"));
    DiskBlobStore blobs = new DiskBlobStore(home.resolve("blobs"), clock);
    database = Database.open(home.resolve("s.db"), 2, false);
    driver = new MemoryDriver();
    inputs = new FileService(database, blobs, config.files(), clock);
    containers = new ContainerService(database, blobs, inputs, driver, config, clock);
    project = new KeyService(database, clock).project("one");
  }

  @AfterEach
  void stop() {
    containers.close();
    driver.close();
    database.close();
  }

  @Test
  void codeThatIsTooLongFailsAsACellAndNotTheTurn() throws Exception {
    List<CellOutput> outputs = new ArrayList<>();
    try (ContainerUse use = containers.use(project, container())) {
      CellOutcome outcome = use.run("ci_1", "#".repeat((1 << 20) + 1), outputs::add);
      assertThat(outcome.result().status()).isEqualTo(Status.ERROR);
      assertThat(outputs)
          .singleElement()
          .isInstanceOfSatisfying(
              CellOutput.Error.class, e -> assertThat(e.brief()).contains("1 MiB"));
      assertThat(use.run("ci_2", "x = 1", CellListener.NONE).result().status())
          .isEqualTo(Status.OK);
    }
  }

  @Test
  void aContainerDeletedInMidTurnIsSaidToBeGoneAndNotExpired() throws Exception {
    String id = container();
    try (ContainerUse use = containers.use(project, id)) {
      containers.delete(project, id);
      assertThatThrownBy(() -> use.run("ci_1", "pass", CellListener.NONE))
          .hasMessage("Container with id '" + id + "' not found.");
    }
  }

  /** A cell's end tells the files of that moment, which may have passed. */
  @Test
  void whatComesAndGoesWhileACellEndsIsKeptAsItIs() throws Exception {
    String id = container();
    ContainerFiles files = new ContainerFiles(containers);
    try (ContainerUse use = containers.use(project, id)) {
      use.run("ci_1", "x = 1", CellListener.NONE);
      ContainerFile gone = files.add(project, id, "gone.csv", staged("1"));
      driver.afterCell(() -> {
        try {
          files.add(project, id, "late.csv", staged("2"));
          files.delete(project, id, gone.id());
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      });
      assertThat(use.run("ci_2", "x = 2", CellListener.NONE).changed()).isEmpty();
      driver.afterCell(() -> {});
      use.run("ci_3", "x = 3", CellListener.NONE);
    }
    assertThat(files.list(project, id, new PageRequest(10, false, null)).data())
        .extracting(ContainerFile::path)
        .containsExactly("/mnt/data/late.csv");
  }

  private BlobStore.Staged staged(String text) throws IOException {
    return inputs.receive(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private String container() throws InterruptedException {
    return containers
        .create(
            project,
            new CreateContainer(
                "c", List.of(), null, null, /* auto= */ false, /* key= */ null, Edition.GUIDE))
        .id();
  }
}
