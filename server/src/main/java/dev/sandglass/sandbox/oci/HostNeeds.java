package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What must be there before a driver opens, each with its way out. */
final class HostNeeds {

  private static final int MAX_RUN_DIR = 60;
  private static final Path NAMESPACES = Path.of("/proc/sys/user/max_user_namespaces");

  private HostNeeds() {}

  static void check(OciConfig config) {
    if (!Files.isExecutable(config.runtime())) {
      throw unsupported(
          config.runtime() + " is missing: apt-get install runc, or ./sandglass setup.");
    }
    checkPlaces(config);
    if (!RootlessNeeds.isRoot() && config.runDir().startsWith(Rootless.STAGE)) {
      throw unsupported(
          "The run directory can't be below "
              + Rootless.STAGE
              + " if the server isn't root (sandbox.run).");
    }
    namespacesOff(told(NAMESPACES))
        .ifPresent(off -> {
          throw unsupported(off);
        });
  }

  /** What a driver needs that has no walls, too. */
  static void checkPlaces(OciConfig config) {
    if (!Files.isDirectory(config.rootfs().resolve("usr"))) {
      throw unsupported(
          "There is no sandbox image at " + config.rootfs() + ": ./sandglass image build.");
    }
    if (!Files.isRegularFile(config.source().resolve("sandglass_sandbox/zygote.py"))) {
      throw unsupported(
          "The sandbox's Python sources are not at " + config.source() + " (sandbox.source).");
    }
    if (config.runDir().toString().length() > MAX_RUN_DIR) {
      throw unsupported(
          "The run directory "
              + config.runDir()
              + " has a path of more than "
              + MAX_RUN_DIR
              + " bytes, too long for Unix sockets in it (sandbox.run).");
    }
  }

  /**
   * What to say if there may be no user namespaces.
   *
   * @param most what the host's switch says; empty: it has none
   */
  static Optional<String> namespacesOff(Optional<String> most) {
    return most.filter("0"::equals)
        .map(off -> "User namespaces are off on this host: sysctl user.max_user_namespaces=10000.");
  }

  private static Optional<String> told(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      return Optional.empty(); // an old kernel without this switch
    }
  }

  private static SandboxException unsupported(String message) {
    return new SandboxException(Reason.UNSUPPORTED_HOST, message);
  }
}
