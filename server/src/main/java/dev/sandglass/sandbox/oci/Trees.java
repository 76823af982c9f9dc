package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes directories with everything in them. What lies in them was made by sandboxed code: links
 * are removed, never followed, and a nesting deeper than a path may be long is flattened instead of
 * walked, so it costs neither stack nor descriptors.
 */
final class Trees {

  private Trees() {}

  static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      empty(root);
    }
    Files.deleteIfExists(root);
  }

  /** Every round empties the root's directories of their files and lifts theirs up to the root. */
  private static void empty(Path root) throws IOException {
    long lifted = 0;
    while (true) {
      // A directory that changes while it is read may be read again: hence rounds.
      List<Path> names = names(root);
      if (names.isEmpty()) {
        return;
      }
      try (SecureDirectoryStream<Path> top = secure(Files.newDirectoryStream(root))) {
        for (Path name : names) {
          lifted = remove(top, name, lifted);
        }
      }
    }
  }

  private static List<Path> names(Path directory) throws IOException {
    List<Path> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(entry -> names.add(entry.getFileName()));
    }
    return names;
  }

  private static long remove(SecureDirectoryStream<Path> top, Path name, long lifted)
      throws IOException {
    if (!isDirectory(top, name)) {
      top.deleteFile(name);
      return lifted;
    }
    long count = lifted;
    try (SecureDirectoryStream<Path> directory =
        secure(top.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS))) {
      List<Path> inside = new ArrayList<>();
      directory.forEach(entry -> inside.add(entry.getFileName()));
      for (Path entry : inside) {
        if (isDirectory(directory, entry)) {
          count = lift(directory, entry, top, count);
        } else {
          directory.deleteFile(entry);
        }
      }
    }
    try {
      top.deleteDirectory(name);
    } catch (DirectoryNotEmptyException e) {
      // The next round sees what is left.
    }
    return count;
  }

  private static long lift(
      SecureDirectoryStream<Path> from, Path name, SecureDirectoryStream<Path> top, long lifted)
      throws IOException {
    long count = lifted;
    while (true) {
      Path target = Path.of(".lifted-" + count++);
      if (!exists(top, target)) {
        from.move(name, top, target);
        return count;
      }
    }
  }

  private static boolean isDirectory(SecureDirectoryStream<Path> in, Path name) throws IOException {
    return in.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isDirectory();
  }

  private static boolean exists(SecureDirectoryStream<Path> in, Path name) throws IOException {
    try {
      in.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes();
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this platform has no secure directory streams; Linux has");
  }
}
