package dev.sandglass.container;

import dev.sandglass.common.Ids;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.file.BlobStore;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxContainer.Collision;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of containers from outside: what is recorded, and what lies in the sandbox. The record
 * and the stored content are the truth; a container that is forked (again) is filled from them.
 * Thread-safe.
 */
final class Workspace {

  private final ContainerRepository repository;
  private final BlobStore blobs;
  private final Clock clock;
  private final KeepPlan.Limits limits;

  Workspace(ContainerRepository repository, BlobStore blobs, Clock clock, KeepPlan.Limits limits) {
    this.repository = repository;
    this.blobs = blobs;
    this.clock = clock;
    this.limits = limits;
  }

  /** Puts everything that is recorded into a fresh container; returns path → version. */
  Map<String, String> fill(String containerId, SandboxContainer fresh)
      throws IOException, InterruptedException {
    Map<String, String> versions = new HashMap<>();
    for (ContainerFile f : repository.files(containerId)) {
      if (f.sha256() == null || isDisplayedImage(f)) {
        continue;
      }
      try (InputStream in = blobs.open(f.sha256())) {
        FileStat stat = fresh.write(f.relativePath(), in, Collision.REPLACE);
        versions.put(stat.path(), stat.version());
      }
    }
    if (!versions.isEmpty()) {
      repository.saveVersions(containerId, versions);
    }
    return versions;
  }

  /**
   * Puts a user's file into a container, running or not. A name that is taken becomes {@code name
   * (2).ext}.
   *
   * @param fileId the Files API's file that it is a copy of, if any
   */
  ContainerFile add(
      LiveContainer live,
      String containerId,
      String filename,
      String sha256,
      long bytes,
      @Nullable String fileId)
      throws InterruptedException {
    live.files.lock();
    try {
      checkRoom(repository.files(containerId), bytes);
      SandboxContainer sandbox = live.sandboxIfReady();
      String path = freePath(containerId, filename);
      @Nullable String version = null;
      if (sandbox != null) {
        try (InputStream in = blobs.open(sha256)) {
          FileStat stat = sandbox.write(path, in, Collision.RENAME);
          path = stat.path();
          version = stat.version();
          live.versions.put(path, version);
          live.changes++;
        } catch (IOException e) {
          throw new SandglassException(
              Kind.INTERNAL, "The file could not be copied into the container.", e);
        }
      }
      return repository.saveFile(
          new ContainerFile(
              Ids.containerFile(),
              containerId,
              ContainerFile.ROOT + path,
              bytes,
              ContainerFile.Source.USER,
              clock.instant(),
              sha256,
              fileId,
              version));
    } finally {
      live.files.unlock();
    }
  }

  private void checkRoom(List<ContainerFile> files, long more) {
    if (files.size() >= limits.maxFiles()) {
      throw new SandglassException(
          Kind.INVALID,
          "The container has "
              + limits.maxFiles()
              + " files, as many as container.max-files allows: delete some, or use another.");
    }
    long together = more + files.stream().mapToLong(KeepPlan::keptBytes).sum();
    if (together > limits.maxBytes().bytes()) {
      throw new SandglassException(
          Kind.INVALID,
          "With this file those of the container would have %,d bytes together, more than container.max-bytes, %s: delete some, or use another."
              .formatted(together, limits.maxBytes()));
    }
  }

  private String freePath(String containerId, String filename) {
    String path = filename;
    for (int n = 2; repository.fileAt(containerId, ContainerFile.ROOT + path).isPresent(); n++) {
      path = numbered(filename, n);
    }
    return path;
  }

  /** {@code name.ext}, 2 → {@code name (2).ext}. */
  static String numbered(String filename, int n) {
    int dot = filename.lastIndexOf('.');
    return dot > 0
        ? filename.substring(0, dot) + " (" + n + ")" + filename.substring(dot)
        : filename + " (" + n + ")";
  }

  /** Keeps an image that was displayed; it is no file in {@code /mnt/data}. */
  ContainerFile addDisplayedImage(String containerId, byte[] png) {
    String id = Ids.containerFile();
    try {
      String sha256 = blobs.put(new java.io.ByteArrayInputStream(png), png.length).sha256();
      return repository.saveFile(
          new ContainerFile(
              id,
              containerId,
              displayedPath(id),
              png.length,
              ContainerFile.Source.ASSISTANT,
              clock.instant(),
              sha256,
              null,
              null));
    } catch (IOException e) {
      throw new SandglassException(
          Kind.INTERNAL, "An image could not be stored: " + e.getMessage(), e);
    }
  }

  private static String displayedPath(String id) {
    return ContainerFile.ROOT + id + ".png";
  }

  static boolean isDisplayedImage(ContainerFile f) {
    return f.path().equals(displayedPath(f.id()));
  }

  /** Deletes it in the sandbox and in the record. */
  void delete(LiveContainer live, ContainerFile f) throws InterruptedException {
    live.files.lock();
    try {
      SandboxContainer sandbox = live.sandboxIfReady();
      if (sandbox != null && !isDisplayedImage(f)) {
        sandbox.delete(f.relativePath());
        live.versions.remove(f.relativePath());
        live.changes++;
      }
      repository.deleteFileAt(f.containerId(), f.path(), clock.instant());
    } finally {
      live.files.unlock();
    }
  }

  /** The content: stored, or for a file too large to be stored from the running container. */
  Content content(ContainerFile f, @Nullable LiveContainer live) {
    if (f.sha256() != null) {
      String sha256 = f.sha256();
      return (offset, length, to) -> {
        try (InputStream in = blobs.open(sha256)) {
          in.skipNBytes(offset);
          if (length < 0) {
            in.transferTo(to);
          } else {
            Streams.copy(in, to, length);
          }
        }
      };
    }
    SandboxContainer sandbox =
        Optional.ofNullable(live).map(LiveContainer::sandboxIfReady).orElse(null);
    if (sandbox == null) {
      throw new SandglassException(
          Kind.NOT_FOUND,
          "The file was too large to be kept (files.max-bytes, container.max-bytes), and its container has ended.");
    }
    return (offset, length, to) -> sandbox.read(f.relativePath(), offset, length, to);
  }
}
