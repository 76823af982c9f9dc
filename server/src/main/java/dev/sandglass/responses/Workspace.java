package dev.sandglass.responses;

import dev.sandglass.container.ContainerFile;
import dev.sandglass.container.ContainerUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The container of one turn: one that exists already is held from the start, so that it doesn't
 * expire meanwhile; one in auto mode is made when it is first needed, and a turn without code makes
 * none. For one thread.
 */
final class Workspace implements AutoCloseable {

  private final Supplier<ContainerUse> opener;
  private final List<ContainerFile> displayed = new ArrayList<>();
  private @Nullable ContainerUse use;
  private boolean closed;

  Workspace(Supplier<ContainerUse> opener) {
    this.opener = opener;
  }

  ContainerUse use() {
    ContainerUse now = use;
    if (now == null) {
      now = opener.get();
      use = now;
    }
    return now;
  }

  boolean isOpen() {
    return use != null;
  }

  /** The container's id, made if need be; code is coming, so forking begins. */
  String idForCode() {
    use().prepare();
    return use().container().id();
  }

  /** The container's id if there is one. */
  @Nullable String id() {
    return use == null ? null : use.container().id();
  }

  /** Keeps a displayed image as a file of its own. */
  ContainerFile display(byte[] png) {
    ContainerFile image = use().registerImage(png);
    displayed.add(image);
    return image;
  }

  List<ContainerFile> displayed() {
    return List.copyOf(displayed);
  }

  List<ContainerFile> changed() {
    return use == null ? List.of() : use.filesChanged();
  }

  Optional<ContainerFile> fileAt(String path) {
    return use == null ? Optional.empty() : use.fileAt(path);
  }

  @Override
  public void close() {
    if (use != null && !closed) {
      closed = true;
      use.close();
    }
  }
}
