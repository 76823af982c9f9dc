package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Directories on the host that belong to a user of a sandbox. */
final class HostDirectories {

  private HostDirectories() {}

  /** Makes one, or takes the one that is there. */
  static Path make(Path directory, String permissions, long hostUid) throws IOException {
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
    own(directory, hostUid);
    return directory;
  }

  /** As chmod takes them. */
  static String octal(String permissions) {
    int bits = 0;
    for (char permission : permissions.toCharArray()) {
      bits = bits << 1 | (permission == '-' ? 0 : 1);
    }
    return Integer.toOctalString(bits);
  }

  static void own(Path directory, long hostUid) throws IOException {
    Files.setAttribute(directory, "unix:uid", (int) hostUid);
    Files.setAttribute(directory, "unix:gid", (int) hostUid);
  }
}
