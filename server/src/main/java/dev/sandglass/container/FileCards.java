package dev.sandglass.container;

import dev.sandglass.common.SandglassException;
import dev.sandglass.file.BlobStore;
import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes file cards: looks into a file in a throw-away container that holds that file alone, under
 * small limits of time and memory. A card is made once for each content and name within a project,
 * and kept. A hostile file costs nothing but a shorter card. Thread-safe.
 */
final class FileCards {

  private static final Logger log = LoggerFactory.getLogger(FileCards.class);

  /** Looking into files at once: more would only make each other slow. */
  private static final int AT_ONCE = 2;

  private final SandboxDriver driver;
  private final BlobStore blobs;
  private final FileCardRepository repository;
  private final Limits limits;
  private final Semaphore slots = new Semaphore(AT_ONCE, true);
  private final Map<String, Object> busy = new ConcurrentHashMap<>();

  /** What looking into one file may cost; {@code characters} of the card at most. */
  record Limits(Duration time, long memoryBytes, ContainerSpec.Disk disk, int characters) {}

  FileCards(SandboxDriver driver, BlobStore blobs, FileCardRepository repository, Limits limits) {
    this.driver = driver;
    this.blobs = blobs;
    this.repository = repository;
    this.limits = limits;
  }

  /** The card of a file; its type, size and name alone if it could not be looked into. */
  FileCard card(String project, ContainerFile file, String sha256) throws InterruptedException {
    String key = project + '/' + sha256 + '/' + file.relativePath();
    Object lock = busy.computeIfAbsent(key, k -> new Object());
    try {
      synchronized (lock) {
        String text = repository.find(project, sha256, file.relativePath()).orElse(null);
        if (text == null) {
          Optional<String> made = make(project, file, sha256);
          // What failed for a reason of ours may work the next time.
          made.ifPresent(t -> repository.save(project, sha256, file.relativePath(), t));
          text = made.orElseGet(() -> plain(file));
        }
        return new FileCard(file.path(), text);
      }
    } finally {
      busy.remove(key, lock);
    }
  }

  private Optional<String> make(String project, ContainerFile file, String sha256)
      throws InterruptedException {
    slots.acquire();
    String id = "card_" + file.id().substring(file.id().indexOf('_') + 1);
    ContainerSpec spec =
        new ContainerSpec(
            id, project, limits.memoryBytes(), 32, 256, 64L << 20, 16L << 20, limits.disk());
    try (SandboxContainer container = driver.create(spec);
        InputStream in = blobs.open(sha256)) {
      container.write(file.relativePath(), in, SandboxContainer.Collision.FAIL);
      StringBuilder printed = new StringBuilder();
      container.execute(
          new CellRequest(
              "card",
              code(file.path(), limits),
              limits.time(),
              Duration.ofSeconds(1),
              4L * limits.characters(),
              0,
              0),
          output -> {
            if (output instanceof CellOutput.Stream(var name, var text)
                && name == CellOutput.Stream.Name.STDOUT
                && printed.length() < limits.characters()) {
              printed.append(text);
            }
          });
      String text = printed.toString().strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(bounded(text));
    } catch (IOException | SandglassException e) {
      log.warn("no card for {}: {}", file.path(), e.toString());
      return Optional.empty();
    } finally {
      slots.release();
    }
  }

  private String bounded(String text) {
    return text.length() <= limits.characters()
        ? text
        : text.substring(0, limits.characters()) + "…";
  }

  private static String plain(ContainerFile file) {
    String name = file.filename();
    // What has a colon could be taken for another line of a card.
    return (name.contains(":") ? '"' + name + '"' : name) + ": " + file.bytes() + " bytes";
  }

  /** The path is passed as JSON, whose strings are Python's: a hostile name stays a string. */
  private static String code(String path, Limits limits) {
    String quoted = dev.sandglass.common.Json.MAPPER.writeValueAsString(path);
    return "from sandglass_sandbox.card import main as _card\n_card("
        + quoted
        + ", "
        + limits.characters()
        + ")";
  }
}
