package dev.sandglass.responses;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.container.ContainerService;
import dev.sandglass.container.ContainerUse;
import dev.sandglass.container.CreateContainer;
import dev.sandglass.file.FileService;
import dev.sandglass.file.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The real containers and files. Thread-safe. */
public final class ServiceContainers implements TurnContainers {

  /** Larger images are not shown to models; their container has them. */
  private static final int MAX_IMAGE_BYTES = 20 << 20;

  private final ContainerService containers;
  private final FileService files;

  public ServiceContainers(ContainerService containers, FileService files) {
    this.containers = containers;
    this.files = files;
  }

  @Override
  public boolean isAlive(String project, String id) {
    return containers.find(project, id).filter(c -> !containers.expired(c)).isPresent();
  }

  @Override
  public void admit(@Nullable Long memoryBytes, String param) {
    containers.checkMemory(memoryBytes, param);
    containers.admit();
  }

  @Override
  public String create(String project, CreateContainer request) {
    try {
      return containers.create(project, request).id();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the next wait of the turn ends it
      throw new SandglassException(Kind.UNAVAILABLE, "The turn was stopped.", e);
    }
  }

  @Override
  public ContainerUse use(String project, String id) {
    return containers.use(project, id);
  }

  @Override
  public boolean fileExists(String project, String fileId) {
    return files.find(project, fileId).isPresent();
  }

  @Override
  public Optional<String> imageUrl(String project, String fileId) {
    return files
        .find(project, fileId)
        .filter(f -> f.bytes() <= MAX_IMAGE_BYTES)
        .flatMap(f -> mime(f.filename()).map(mime -> dataUrl(f, mime)));
  }

  private String dataUrl(StoredFile file, String mime) {
    try (InputStream content = files.open(file)) {
      return "data:"
          + mime
          + ";base64,"
          + Base64.getEncoder().encodeToString(content.readAllBytes());
    } catch (IOException e) {
      throw new SandglassException(
          Kind.INTERNAL, "The content of " + file.id() + " can't be read.", e);
    }
  }

  private static Optional<String> mime(String filename) {
    String extension = filename.substring(filename.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (extension) {
      case "png", "gif", "webp" -> Optional.of("image/" + extension);
      case "jpg", "jpeg" -> Optional.of("image/jpeg");
      default -> Optional.empty();
    };
  }
}
