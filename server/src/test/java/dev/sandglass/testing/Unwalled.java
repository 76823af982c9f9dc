package dev.sandglass.testing;

import dev.sandglass.sandbox.oci.HostMemory;
import dev.sandglass.sandbox.oci.OciConfig;
import dev.sandglass.sandbox.oci.ProcessDriver;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Containers without walls for tests: as {@link Runc}, with nothing needed but the image. */
public final class Unwalled {

  private Unwalled() {}

  /** Directories of its own; the test is skipped, loudly, where there is no image. */
  public static OciConfig config(Path directory) throws IOException {
    Path home = Runc.image().orElse(null);
    Assumptions.assumeTrue(
        home != null, "SKIPPED: no sandbox image; make one with ./sandglass image build");
    Path source = Path.of("..", "sandbox", "src").toRealPath();
    Path runtime = ProcessDriver.runtime(home.resolve("rootfs"));
    return Runc.config(directory, source, runtime, home, Runc.DISKS);
  }

  public static ProcessDriver open(Path directory) throws IOException, InterruptedException {
    return open(config(directory));
  }

  public static ProcessDriver open(OciConfig config) throws InterruptedException {
    return ProcessDriver.open(config, HostMemory.enough());
  }
}
