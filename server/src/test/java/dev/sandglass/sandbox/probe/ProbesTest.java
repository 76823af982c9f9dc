package dev.sandglass.sandbox.probe;

import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.testing.Runc;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** In runc, everything is promised. */
class ProbesTest extends ProbesContract {

  @TempDir static Path directory;

  @Override
  protected SandboxDriver make() throws Exception {
    return Runc.open(directory);
  }
}
