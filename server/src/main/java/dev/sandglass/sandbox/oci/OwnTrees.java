package dev.sandglass.sandbox.oci;

import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Directories of the server's own user, in which code that is that user has worked. */
final class OwnTrees {

  private OwnTrees() {}

  /** Makes one, with those above it, for nobody else. */
  static Path make(Path directory) throws IOException {
    return Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** As {@link Trees#delete}; what code has closed to its own user is opened first. */
  static void delete(Path tree) throws IOException, InterruptedException {
    try {
      Trees.delete(tree);
    } catch (AccessDeniedException e) {
      new ProcessBuilder("chmod", "-R", "u+rwX", "--", tree.toString())
          .redirectErrorStream(true)
          .redirectOutput(new File("/dev/null"))
          .start()
          .waitFor();
      Trees.delete(tree);
    }
  }
}
