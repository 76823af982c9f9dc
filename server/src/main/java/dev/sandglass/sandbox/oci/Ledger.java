package dev.sandglass.sandbox.oci;

import dev.sandglass.common.Json;
import dev.sandglass.sandbox.ContainerSpec;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * What a server has to know of a sandbox and its containers to find them again after it was killed.
 * Written before they are made, beside the sandbox's bundle, where sandboxed code can't reach it.
 */
final class Ledger {

  /** A sandbox. */
  record Box(String project, long firstHostUid, String imageDigest) {}

  /**
   * A container.
   *
   * @param name that it was made under
   * @param spec of the container that it serves
   * @param uid the kernel's in the sandbox, which names the socket too
   */
  record Fork(String name, ContainerSpec spec, int uid) {}

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final String BOX = "box.json";
  private static final String SUFFIX = ".json";

  private final Path box;
  private final Path forks;

  private Ledger(Path home) {
    this.box = home.resolve(BOX);
    this.forks = home.resolve("forks");
  }

  /** Begins the ledger of a sandbox whose directory is {@code home}. */
  static Ledger begin(Path home, Box box) throws IOException {
    Ledger ledger = new Ledger(home);
    Files.createDirectories(ledger.forks);
    write(ledger.box, box);
    return ledger;
  }

  /** The ledger in that directory, which may have none. */
  static Ledger in(Path home) {
    return new Ledger(home);
  }

  Optional<Box> box() {
    return read(box, Box.class);
  }

  void enter(Fork fork) throws IOException {
    write(file(fork.name()), fork);
  }

  /** One that was made ahead of need is about to serve that container. */
  void serves(String name, ContainerSpec spec) throws IOException {
    Fork made = read(file(name), Fork.class).orElseThrow(() -> new NoSuchFileException(name));
    enter(new Fork(name, spec, made.uid()));
  }

  void strike(String name) throws IOException {
    Files.deleteIfExists(file(name));
  }

  List<Fork> forks() throws IOException {
    List<Fork> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(forks, "*" + SUFFIX)) {
      files.forEach(file -> read(file, Fork.class).ifPresent(found::add));
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return found;
  }

  private Path file(String name) {
    return forks.resolve(name + SUFFIX);
  }

  /** Whole or not at all. */
  private static void write(Path file, Object content) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.write(part, Json.MAPPER.writeValueAsBytes(content));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static <T> Optional<T> read(Path file, Class<T> type) {
    try {
      return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JacksonException e) {
      LOG.warn("{} can't be read: {}", file, e.toString());
      return Optional.empty();
    }
  }
}
