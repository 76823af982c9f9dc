package dev.sandglass.sandbox.probe;

import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.testing.OrdinaryUser;
import dev.sandglass.testing.Runc;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** For a server that isn't root, everything is promised but what {@link Unpromised} lists. */
class RootlessProbesTest {

  @Test
  void nobodyGetsOutWithoutRoot() throws Exception {
    OrdinaryUser.passes(Contract.class);
  }

  static class Contract extends ProbesContract {

    @TempDir static Path directory;

    @Override
    protected SandboxDriver make() throws Exception {
      return Runc.open(directory);
    }
  }
}
