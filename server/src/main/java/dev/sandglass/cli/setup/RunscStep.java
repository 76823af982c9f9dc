package dev.sandglass.cli.setup;

import dev.sandglass.model.local.InstallProgress;
import dev.sandglass.sandbox.oci.RunscProgram;
import java.nio.file.Path;
import java.util.List;

/** Fetches gVisor's runsc, by sandbox/image/runsc.sh, if no recent one is in PATH. */
final class RunscStep implements SetupStep {

  private final Path recipe;
  private final Path cache;

  /**
   * @param recipe the directory sandbox/image
   * @param cache the cache's directory
   */
  RunscStep(Path recipe, Path cache) {
    this.recipe = recipe;
    this.cache = cache;
  }

  @Override
  public String name() {
    return "gVisor";
  }

  @Override
  public boolean needed() {
    return RunscProgram.find(cache).isEmpty();
  }

  @Override
  public void run(InstallProgress progress) throws InterruptedException {
    Path program = RunscProgram.inCache(cache);
    ChildProcess.run(
        List.of(recipe.resolve("runsc.sh").toString(), "--out", program.toString()),
        program.resolveSibling("runsc.log"),
        line -> progress.update(line, 0, 0));
  }
}
