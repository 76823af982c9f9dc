package dev.sandglass.model.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * All models on this machine: those of the catalogue and those that people brought along as GGUF
 * files. Thread-safe.
 */
public final class ModelLibrary {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final byte[] GGUF_MAGIC = {'G', 'G', 'U', 'F'};
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");
  private static final String RECORD = "model.json";

  private final ModelCatalogue catalogue;
  private final ModelCache cache;

  public ModelLibrary(ModelCatalogue catalogue, ModelCache cache) {
    this.catalogue = catalogue;
    this.cache = cache;
  }

  /** What is remembered of a model that somebody brought along; lies beside its weights. */
  private record OwnModel(String name, String file, long bytes, String sha256) {}

  /** The catalogue's models first, then the others by name. */
  public List<InstalledModel> list() {
    List<InstalledModel> all = new ArrayList<>();
    for (CatalogueModel model : catalogue.models()) {
      all.add(
          new InstalledModel(
              model.name(),
              cache.file(model),
              model.bytes(),
              model.sha256(),
              cache.holds(model),
              false));
    }
    all.addAll(own());
    return List.copyOf(all);
  }

  public Optional<InstalledModel> find(String name) {
    return list().stream().filter(model -> model.name().equals(name)).findFirst();
  }

  /**
   * Takes a GGUF file of one's own into the cache and remembers it under a name. It is linked where
   * the file system allows, else copied.
   *
   * @param name null takes the file's name without {@code .gguf}
   */
  public InstalledModel add(Path gguf, @Nullable String name, InstallProgress progress) {
    String chosen = name == null ? nameOf(gguf) : name;
    if (!NAME.matcher(chosen).matches()) {
      throw new LocalModelException(
          "\""
              + chosen
              + "\" is no model name: use a-z, 0-9, '.', '_', '-' (at most 100), with --name");
    }
    checkMagic(gguf);
    try {
      OwnModel model =
          new OwnModel(chosen, chosen + ".gguf", Files.size(gguf), sum(gguf, chosen, progress));
      checkFree(model);
      try (InstallLock lock =
          InstallLock.acquire(cache.lock(model.sha256()), "model " + chosen, progress)) {
        place(gguf, model);
      }
      return installed(model);
    } catch (IOException e) {
      throw Disk.failure("install " + gguf, cache.models(), e);
    }
  }

  private void place(Path gguf, OwnModel model) throws IOException {
    Path folder = cache.models().resolve(model.sha256());
    Files.createDirectories(folder);
    Path target = folder.resolve(model.file());
    if (!Files.exists(target)) {
      Path temporary = folder.resolve(model.file() + ".tmp");
      Files.deleteIfExists(temporary);
      linkOrCopy(gguf.toRealPath(), temporary, model);
      Disk.publish(temporary, target);
    }
    Path recordFile = folder.resolve(RECORD + ".tmp");
    Files.write(recordFile, JSON.writeValueAsBytes(model));
    Disk.publish(recordFile, folder.resolve(RECORD));
  }

  private static void linkOrCopy(Path gguf, Path target, OwnModel model) throws IOException {
    try {
      Files.createLink(target, gguf);
      return;
    } catch (IOException | UnsupportedOperationException e) {
      // another file system, or one without links: copy
    }
    Disk.require(model.bytes(), Disk.folder(target).toFile().getUsableSpace(), target);
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[Sha256.BUFFER];
    try (InputStream in = Files.newInputStream(gguf);
        OutputStream out = Files.newOutputStream(target)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
    }
    if (!Sha256.hex(digest).equals(model.sha256())) {
      Files.deleteIfExists(target);
      throw new LocalModelException(
          gguf + " changed while it was copied; try again when nothing writes to it");
    }
  }

  private void checkFree(OwnModel model) {
    Optional<InstalledModel> other = find(model.name());
    if (other.isPresent() && !other.get().sha256().equals(model.sha256())) {
      throw new LocalModelException(
          "another model is called "
              + model.name()
              + " (SHA-256 "
              + other.get().sha256()
              + "); give --name");
    }
  }

  private List<InstalledModel> own() {
    if (!Files.isDirectory(cache.models())) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(cache.models())) {
      return folders
          .map(folder -> folder.resolve(RECORD))
          .filter(Files::isRegularFile)
          .map(this::read)
          .sorted((a, b) -> a.name().compareTo(b.name()))
          .toList();
    } catch (IOException e) {
      throw Disk.failure("list the models", cache.models(), e);
    }
  }

  private InstalledModel read(Path recordFile) {
    try {
      return installed(JSON.readValue(recordFile.toFile(), OwnModel.class));
    } catch (JacksonException e) {
      throw new LocalModelException(
          recordFile + " is damaged; delete its folder and install the model again", e);
    }
  }

  private InstalledModel installed(OwnModel model) {
    Path file = cache.models().resolve(model.sha256()).resolve(model.file());
    return new InstalledModel(
        model.name(), file, model.bytes(), model.sha256(), Files.isRegularFile(file), true);
  }

  private static String nameOf(Path gguf) {
    String file = String.valueOf(gguf.getFileName()).toLowerCase(Locale.ROOT);
    return file.endsWith(".gguf") ? file.substring(0, file.length() - 5) : file;
  }

  private static void checkMagic(Path gguf) {
    try (InputStream in = Files.newInputStream(gguf)) {
      if (!Arrays.equals(in.readNBytes(GGUF_MAGIC.length), GGUF_MAGIC)) {
        throw new LocalModelException(
            gguf + " is not a GGUF file: it does not begin with \"GGUF\"");
      }
    } catch (IOException e) {
      throw new LocalModelException(gguf + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static String sum(Path gguf, String name, InstallProgress progress) throws IOException {
    long total = Files.size(gguf);
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[Sha256.BUFFER];
    long done = 0;
    try (InputStream in = Files.newInputStream(gguf)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        done += n;
        progress.update("model " + name, done, total);
      }
    }
    return Sha256.hex(digest);
  }
}
