package dev.sandglass.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What lies in a blob store's directory, seen from outside. */
public final class BlobDirectory {

  private BlobDirectory() {}

  /** The sums of all stored contents. */
  public static Set<String> sums(Path root) throws IOException {
    return files(root).stream()
        .map(f -> root.relativize(f).toString())
        .filter(f -> !f.startsWith("incoming"))
        .map(f -> f.replace("/", ""))
        .collect(Collectors.toSet());
  }

  /** What is still being written, or was left behind. */
  public static List<Path> incoming(Path root) throws IOException {
    return files(root.resolve("incoming"));
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
