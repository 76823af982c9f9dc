package dev.sandglass.container;

import dev.sandglass.common.Ids;
import dev.sandglass.file.Blob;
import dev.sandglass.file.BlobStore;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what a cell did to the files and stores it durably, so that files outlive their
 * container: compares the listing with what was known, stores each new or changed content, and
 * keeps the record of each path.
 */
final class FileRegistrar {

  private static final Logger log = LoggerFactory.getLogger(FileRegistrar.class);

  private final ContainerRepository repository;
  private final BlobStore blobs;
  private final Clock clock;
  private final int maxFiles;
  private final long maxBytes;

  FileRegistrar(
      ContainerRepository repository, BlobStore blobs, Clock clock, int maxFiles, long maxBytes) {
    this.repository = repository;
    this.blobs = blobs;
    this.clock = clock;
    this.maxFiles = maxFiles;
    this.maxBytes = maxBytes;
  }

  /** What a cell changed. */
  record Changes(List<ContainerFile> changed, List<String> deletedPaths) {
    static final Changes NONE = new Changes(List.of(), List.of());
  }

  /** Compares, stores, records. The caller holds the container's place in its queue. */
  Changes register(LiveContainer live, SandboxContainer sandbox) throws InterruptedException {
    live.files.lock();
    try {
      Map<String, FileStat> now = new HashMap<>();
      List<FileStat> listing = sandbox.list(maxFiles);
      for (FileStat f : listing) {
        now.put(f.path(), f);
      }
      List<ContainerFile> changed = new ArrayList<>();
      for (FileStat f : listing) {
        if (!f.version().equals(live.versions.get(f.path()))) {
          ContainerFile stored = store(sandbox, f);
          if (stored != null) {
            changed.add(stored);
            live.versions.put(f.path(), f.version());
          }
        }
      }
      List<String> deleted = listing.size() < maxFiles ? deletedPaths(live, now) : List.of();
      for (String path : deleted) {
        live.versions.remove(path.substring(ContainerFile.ROOT.length()));
        repository.deleteFileAt(sandbox.id(), path, clock.instant());
      }
      return new Changes(changed, deleted);
    } finally {
      live.files.unlock();
    }
  }

  private static List<String> deletedPaths(LiveContainer live, Map<String, FileStat> now) {
    return live.versions.keySet().stream()
        .filter(path -> !now.containsKey(path))
        .map(path -> ContainerFile.ROOT + path)
        .toList();
  }

  private @Nullable ContainerFile store(SandboxContainer sandbox, FileStat f)
      throws InterruptedException {
    @Nullable String sha256 = null;
    long bytes = f.size();
    if (f.size() <= maxBytes) {
      try {
        Blob blob = blobs.put(out -> sandbox.read(f.path(), 0, -1, out), maxBytes);
        sha256 = blob.sha256();
        bytes = blob.bytes();
      } catch (IOException | RuntimeException e) {
        // It may have gone or changed since it was listed: code may still run in threads. The next
        // cell's end sees it again.
        log.warn("container {}: {} could not be stored: {}", sandbox.id(), f.path(), e.toString());
        return null;
      }
    }
    return repository.saveFile(
        new ContainerFile(
            Ids.containerFile(),
            sandbox.id(),
            ContainerFile.ROOT + f.path(),
            bytes,
            ContainerFile.Source.ASSISTANT,
            clock.instant(),
            sha256,
            null,
            f.version()));
  }
}
