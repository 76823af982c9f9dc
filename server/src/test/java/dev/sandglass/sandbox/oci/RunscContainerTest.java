package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.DiskContract;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.testing.Runsc;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** gVisor on this host keeps the contract, but for what is said here. */
class RunscContainerTest extends DiskContract {

  @TempDir static Path directory;

  @Override
  protected SandboxDriver open() throws Exception {
    return Runsc.open(directory);
  }

  /** gVisor limits addresses, not data: 2 GiB more may be reserved, and then fill up. */
  @Override
  protected long tooLargeToAllocate() {
    return 4L << 30;
  }

  /** A process that is forked takes some 70 MB at once: gVisor copies in pieces of 2 MiB. */
  @Override
  protected long memoryForManyProcesses() {
    return 4L << 30;
  }

  /** Each takes some 600 MB of the host. */
  @Override
  protected int many() {
    return 4;
  }

  @Override
  protected List<String> traces() throws Exception {
    OciConfig config = ((RunscDriver) driver()).config();
    return Traces.of(config.runDir(), config.dataDir());
  }
}
