package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.protocol.ForkRequest;
import java.io.IOException;

/** What becomes a container's {@code /mnt/data}, from before its fork until it is in place. */
interface Disk extends AutoCloseable {

  /** What the zygote is to do about it. */
  ForkRequest.Data data();

  /**
   * Does what is left to do, before anything of the user's runs.
   *
   * @param hostPid the container's first process
   * @param inner its pid in the sandbox
   */
  void mountIn(long hostPid, long inner) throws IOException, InterruptedException;

  /** Lets go of it: it is the container's now, or nobody's. */
  @Override
  void close();

  /** One that is complete with the fork. */
  record Made(ForkRequest.Data data) implements Disk {

    @Override
    public void mountIn(long hostPid, long inner) {}

    @Override
    public void close() {}
  }
}
