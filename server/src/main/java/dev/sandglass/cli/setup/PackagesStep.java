package dev.sandglass.cli.setup;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.model.local.InstallProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Installs the Debian packages whose programs are missing. */
final class PackagesStep implements SetupStep {

  /**
   * A program and the Debian package that has it.
   *
   * @param wanted whether it is needed at all on this machine now
   */
  record Program(BooleanSupplier present, String debianPackage, BooleanSupplier wanted) {
    static Program onPath(String program, String debianPackage, BooleanSupplier wanted) {
      return new Program(() -> Tools.has(program), debianPackage, wanted);
    }
  }

  private final List<Program> programs;
  private final Path logDir;

  PackagesStep(List<Program> programs, Path logDir) {
    this.programs = List.copyOf(programs);
    this.logDir = logDir;
  }

  @Override
  public String name() {
    return "system packages";
  }

  @Override
  public boolean needed() {
    return !missing().isEmpty();
  }

  private List<String> missing() {
    return programs.stream()
        .filter(p -> p.wanted().getAsBoolean() && !p.present().getAsBoolean())
        .map(Program::debianPackage)
        .distinct()
        .toList();
  }

  @Override
  public void run(InstallProgress progress) throws InterruptedException {
    List<String> missing = missing();
    String names = String.join(" ", missing);
    if (!Tools.has("apt-get")) {
      throw new SandglassException(
          Kind.UNAVAILABLE,
          "programs are missing and this is not a Debian system: install what Debian calls "
              + names);
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "missing packages need root to be installed: apt-get install " + names);
    }
    progress.update("reading package lists", 0, 0);
    List<String> apt = List.of("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300");
    ChildProcess.run(join(apt, List.of("update")), logDir.resolve("apt-update.log"), line -> {});
    int[] done = {0};
    ChildProcess.run(
        join(apt, join(List.of("install", "--no-install-recommends"), missing)),
        logDir.resolve("apt-install.log"),
        line -> {
          if (line.startsWith("Get:")
              || line.startsWith("Unpacking")
              || line.startsWith("Setting up")) {
            progress.update(names, ++done[0], 0);
          }
        });
  }

  private static List<String> join(List<String> a, List<String> b) {
    List<String> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }
}
