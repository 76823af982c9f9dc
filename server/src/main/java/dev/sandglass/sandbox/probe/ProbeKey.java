package dev.sandglass.sandbox.probe;

import dev.sandglass.sandbox.CodeDigest;
import dev.sandglass.sandbox.SandboxDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * For what a report holds: this Linux kernel, runtime, image, configuration, code of the walls, and
 * probes. Another of any of them makes another key.
 */
public final class ProbeKey {

  private static final Path KERNEL = Path.of("/proc/version");

  private ProbeKey() {}

  /**
   * The key of reports on that driver: what holds disks to their size is found out by trying, and
   * is another wall on another host or day.
   */
  public static String on(SandboxDriver driver, String key) {
    return key + "-" + driver.disks();
  }

  /**
   * The key, a few hexadecimal digits.
   *
   * @param runtime the OCI runtime's program
   * @param code what runs inside ({@code sandbox/src})
   * @param settings the sandbox's, as text
   * @param plan the outer wall as it would be written for the runtime
   */
  public static String of(
      Path runtime,
      String imageDigest,
      Path code,
      String settings,
      String plan,
      ProbeSources probes)
      throws IOException {
    CodeDigest digest =
        new CodeDigest()
            .add(Files.readAllBytes(KERNEL))
            .add(Files.readAllBytes(runtime))
            .add(imageDigest)
            .add(settings)
            .add(plan)
            .addSources(code);
    for (byte[] probe : probes.files().values()) {
      digest.add(probe);
    }
    return digest.text();
  }
}
