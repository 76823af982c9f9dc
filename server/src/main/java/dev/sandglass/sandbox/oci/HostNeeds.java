package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What must be there before a driver opens, each with its way out. */
final class HostNeeds {

  private static final int MAX_RUN_DIR = 60;

  private HostNeeds() {}

  static void check(OciConfig config) {
    if (!Files.isExecutable(config.runtime())) {
      throw unsupported(
          config.runtime() + " is missing: apt-get install runc, or ./sandglass setup.");
    }
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
    if (!RootlessNeeds.isRoot() && config.runDir().startsWith(Rootless.STAGE)) {
      throw unsupported(
          "The run directory can't be below "
              + Rootless.STAGE
              + " if the server isn't root (sandbox.run).");
    }
    if (!enabled("/proc/sys/user/max_user_namespaces")) {
      throw unsupported(
          "User namespaces are off on this host: sysctl user.max_user_namespaces=10000.");
    }
  }

  private static boolean enabled(String sysctl) {
    try {
      return Long.parseLong(Files.readString(Path.of(sysctl)).trim()) > 0;
    } catch (IOException | NumberFormatException e) {
      return true; // an old kernel without this switch
    }
  }

  private static SandboxException unsupported(String message) {
    return new SandboxException(Reason.UNSUPPORTED_HOST, message);
  }
}
