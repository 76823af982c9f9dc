package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.oci.LinuxCalls.Descriptor;
import dev.sandglass.sandbox.protocol.ForkRequest;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop disk that is made while the zygote forks: both take some ten milliseconds. On a platform
 * thread, since Linux's mounting would hold up the virtual ones.
 */
final class LoopInMaking implements Disk {

  private static final Logger LOG = LoggerFactory.getLogger(LoopInMaking.class);
  private static final String PLACE = "/mnt/data";

  private final FutureTask<LoopDisk> making;

  LoopInMaking(Callable<LoopDisk> maker) {
    making = new FutureTask<>(maker);
    Thread.ofPlatform().name("disk").start(making);
  }

  @Override
  public ForkRequest.Data data() {
    return new ForkRequest.Data.Later();
  }

  @Override
  public void mountIn(long hostPid, long inner) throws IOException, InterruptedException {
    LoopDisk disk = made();
    try (Descriptor namespace = LinuxCalls.mountNamespace(hostPid)) {
      if (!HostPid.isContainer(hostPid, inner)) {
        throw new IOException("the container ended at once"); // its number may be another's now
      }
      disk.mountIn(namespace, PLACE);
    }
  }

  private LoopDisk made() throws IOException, InterruptedException {
    try {
      return making.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : new IOException("a disk could not be made: " + e.getCause(), e.getCause());
    }
  }

  /** Not waited for: what is still being made is let go of when it is there. */
  @Override
  public void close() {
    Thread.ofVirtual().name("disk-close").start(this::closeWhenMade);
  }

  private void closeWhenMade() {
    try {
      making.get().close();
    } catch (ExecutionException e) {
      LOG.debug("no disk was made: {}", e.toString());
    } catch (IOException e) {
      LOG.warn("closing a disk: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
