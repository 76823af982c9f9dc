package dev.sandglass.container;

import dev.sandglass.common.Ids;
import dev.sandglass.file.Blob;
import dev.sandglass.file.BlobStore;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

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
  private final KeepPlan.Limits limits;

  FileRegistrar(
      ContainerRepository repository, BlobStore blobs, Clock clock, KeepPlan.Limits limits) {
    this.repository = repository;
    this.blobs = blobs;
    this.clock = clock;
    this.limits = limits;
  }

  /** What a cell changed, and what is to be said of it. */
  record Changes(List<ContainerFile> changed, List<String> deletedPaths, List<String> notes) {}

  /** How many files are listed: one more than are kept, to know whether these are all. */
  static int listed(int maxFiles) {
    return maxFiles + 1;
  }

  /** Read before a cell: its list of files is of use if nothing has been changed since. */
  long changes(LiveContainer live) {
    live.files.lock();
    try {
      return live.changes;
    } finally {
      live.files.unlock();
    }
  }

  /**
   * Compares, stores, records. The caller holds the container's place in its queue.
   *
   * @param before the {@link #changes} before {@code told} came to be
   * @param told the files as the cell's end told them; null: they are asked for
   */
  Changes register(
      LiveContainer live, SandboxContainer sandbox, long before, @Nullable List<FileStat> told)
      throws InterruptedException {
    live.files.lock();
    try {
      List<FileStat> seen =
          told != null && before == live.changes ? told : sandbox.list(listed(limits.maxFiles()));
      boolean all = seen.size() <= limits.maxFiles();
      List<FileStat> listing = all ? seen : seen.subList(0, limits.maxFiles());
      List<String> deleted = all ? deletedPaths(live, listing) : List.of();
      for (String path : deleted) {
        live.versions.remove(path.substring(ContainerFile.ROOT.length()));
        repository.deleteFileAt(sandbox.id(), path, clock.instant());
      }
      List<FileStat> fresh =
          listing.stream().filter(f -> !f.version().equals(live.versions.get(f.path()))).toList();
      // Most cells change no file: then nothing has to be asked of the database.
      List<ContainerFile> recorded = fresh.isEmpty() ? List.of() : repository.files(sandbox.id());
      KeepPlan plan = KeepPlan.of(fresh, all, recorded, limits);
      return new Changes(carryOut(plan, live, sandbox), deleted, plan.notes());
    } finally {
      live.files.unlock();
    }
  }

  private List<ContainerFile> carryOut(KeepPlan plan, LiveContainer live, SandboxContainer sandbox)
      throws InterruptedException {
    List<ContainerFile> changed = new ArrayList<>();
    for (KeepPlan.Step step : plan.steps()) {
      FileStat f = step.file();
      ContainerFile stored = store(sandbox, f, step.keep());
      if (stored != null) {
        changed.add(stored);
        live.versions.put(f.path(), f.version());
      }
    }
    return changed;
  }

  private static List<String> deletedPaths(LiveContainer live, List<FileStat> listing) {
    Set<String> now = listing.stream().map(FileStat::path).collect(Collectors.toSet());
    return live.versions.keySet().stream()
        .filter(path -> !now.contains(path))
        .map(path -> ContainerFile.ROOT + path)
        .toList();
  }

  private @Nullable ContainerFile store(SandboxContainer sandbox, FileStat f, boolean keep)
      throws InterruptedException {
    @Nullable String sha256 = null;
    long bytes = f.size();
    if (keep) {
      try {
        Blob blob =
            blobs.put(out -> sandbox.read(f.path(), 0, -1, out), limits.maxFileBytes().bytes());
        sha256 = blob.sha256();
        bytes = blob.bytes();
      } catch (IOException | RuntimeException e) {
        // It may have gone or changed since it was listed: code may still run in threads. The next
        // cell's end sees it again. What its own owner may not read (mode 0) is the code's
        // business.
        boolean closed = e instanceof SandboxException s && s.reason() == Reason.INVALID;
        log.atLevel(closed ? Level.DEBUG : Level.WARN)
            .log("container {}: {} could not be stored: {}", sandbox.id(), f.path(), e.toString());
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
