package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a gVisor sandbox whose zygote has imported the libraries and has done nothing else. All
 * sandboxes are started from it: a fraction of a second in place of the five of the imports.
 * Nothing of a project's has ever been near it.
 */
final class Snapshot implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

  /** Imports need a fifth of it. */
  private static final Cgroups.Limits LIMITS =
      new Cgroups.Limits(2L << 30, 1_024, Cgroups.Limits.DEFAULT_CPU_WEIGHT);

  private final Path files;

  private Snapshot(Path files) {
    this.files = files;
  }

  /**
   * Takes one: some seconds.
   *
   * @param next the sandbox that is copied, and ended by that
   */
  static Snapshot take(Runsc runsc, OciConfig config, Cgroups cgroups, DriverHome.Next next)
      throws InterruptedException {
    String id = next.id();
    long began = System.nanoTime();
    Path files = config.dataDir().resolve(id + ".copy");
    Cleanup undo = new Cleanup();
    try (Cleanup sandbox = new Cleanup()) {
      undo.add("copy " + files, () -> Trees.delete(files));
      Files.createDirectories(files);
      RunscBox box = RunscBox.of(config, id);
      box.makeDirectories(next.uids());
      Cgroups.Cgroup cgroup = cgroups.create(id, LIMITS);
      box.leaveTo(sandbox, runsc, cgroup);
      box.awaitImports(runsc.run(box.prepare(config, next.uids(), null, cgroup)));
      runsc.checkpoint(id, files, box.home().log());
      LOG.info(
          "a sandbox to be copied is ready after {} ms", (System.nanoTime() - began) / 1_000_000);
      return new Snapshot(files);
    } catch (IOException e) {
      undo.close();
      throw new SandboxException(Reason.INTERNAL, "No sandbox could be copied: " + e, e);
    } catch (RuntimeException | InterruptedException e) {
      undo.close();
      throw e;
    }
  }

  Path files() {
    return files;
  }

  @Override
  public void close() throws IOException {
    Trees.delete(files);
  }
}
