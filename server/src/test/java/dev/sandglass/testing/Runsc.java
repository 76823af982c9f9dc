package dev.sandglass.testing;

import dev.sandglass.sandbox.oci.HostMemory;
import dev.sandglass.sandbox.oci.OciConfig;
import dev.sandglass.sandbox.oci.ReadyContainers;
import dev.sandglass.sandbox.oci.RunscDriver;
import dev.sandglass.sandbox.oci.RunscProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** gVisor's sandbox for tests: as {@link Runc}, with a runsc in PATH or in the cache. */
public final class Runsc {

  /** As the configuration has it by default. */
  public static final long OVERHEAD = 768L << 20;

  private Runsc() {}

  /** Directories of its own; the test is skipped, loudly, where something is missing. */
  public static OciConfig config(Path directory) throws IOException {
    Path home = Runc.required();
    Optional<Path> program = RunscProgram.find(Runc.cache());
    Assumptions.assumeTrue(
        program.isPresent(), "SKIPPED: no runsc; fetch one with ./sandglass setup --runsc");
    Path source = Path.of("..", "sandbox", "src").toRealPath();
    return Runc.config(directory, source, program.orElseThrow(), home, Runc.DISKS);
  }

  public static RunscDriver open(Path directory) throws IOException, InterruptedException {
    return open(config(directory));
  }

  public static RunscDriver open(OciConfig config) throws InterruptedException {
    return RunscDriver.open(config, OVERHEAD, ReadyContainers.Wish.NONE, HostMemory.enough());
  }
}
