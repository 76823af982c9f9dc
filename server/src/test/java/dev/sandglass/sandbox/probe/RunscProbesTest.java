package dev.sandglass.sandbox.probe;

import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.testing.Runsc;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** In gVisor, everything is promised but what {@link Unpromised} lists. */
class RunscProbesTest extends ProbesContract {

  @TempDir static Path directory;

  @Override
  protected SandboxDriver make() throws Exception {
    return Runsc.open(directory);
  }
}
