package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.DiskContract;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.testing.Runc;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** runc on this host keeps the contract. */
class RuncContainerTest extends DiskContract {

  @TempDir static Path directory;

  @Override
  protected SandboxDriver open() throws Exception {
    return Runc.open(directory);
  }

  @Override
  protected List<String> traces() throws Exception {
    return Traces.of((OciDriver) driver());
  }
}
