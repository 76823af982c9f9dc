package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.DiskContract;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.testing.OrdinaryUser;
import dev.sandglass.testing.Runc;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that isn't root keeps the contract, but for what is said here. */
class RootlessContainerTest {

  @Test
  void theContractHoldsWithoutRoot() throws Exception {
    OrdinaryUser.passes(Contract.class);
  }

  /** On a host that leaves its users no control groups. */
  static class Contract extends DiskContract {

    @TempDir static Path directory;

    @Override
    protected SandboxDriver open() throws Exception {
      return Runc.open(directory);
    }

    @Override
    protected boolean countsMemory() {
      return false;
    }

    @Override
    protected List<String> traces() throws Exception {
      return Traces.of((OciDriver) driver());
    }
  }
}
