package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.sandbox.protocol.PeerCheck;
import dev.sandglass.sandbox.protocol.ZygoteClient;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.time.Duration;

/** The way into a sandbox: its zygote's socket. */
final class ZygoteDoor {

  private static final Duration START = Duration.ofSeconds(180);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private ZygoteDoor() {}

  static ZygoteClient connect(SandboxHome home, PeerCheck peers, ZygoteClient.Listener listener)
      throws IOException, InterruptedException {
    return ZygoteClient.connect(
        "zygote " + home.id(), home.zygoteSocket(), peers, listener, ANSWER);
  }

  /**
   * Waits until a zygote that is starting listens; the message of a failure says what was awaited
   * and what the sandbox said instead.
   */
  static ZygoteClient await(
      SandboxHome home, PeerCheck peers, long pid, ZygoteClient.Listener listener)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < deadline) {
      if (Files.exists(home.zygoteSocket())) {
        try {
          return connect(home, peers, listener);
        } catch (ConnectException e) {
          // It is bound, but not listened on yet.
        }
      }
      if (ProcessHandle.of(pid).isEmpty()) {
        throw failed("ended before it was ready", home);
      }
      Thread.sleep(10);
    }
    throw failed("did not listen within " + START.toSeconds() + " s", home);
  }

  private static SandboxException failed(String how, SandboxHome home) {
    return new SandboxException(
        Reason.INTERNAL,
        "The sandbox's zygote %s. It said: %s".formatted(how, Runtime.tail(home.log())));
  }
}
