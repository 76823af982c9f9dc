package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {

  @TempDir Path directory;

  @Test
  void linksAreRemovedNotFollowed() throws Exception {
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "kept");
    Path tree = Files.createDirectories(directory.resolve("tree/a"));
    Files.createSymbolicLink(tree.resolve("link"), outside);
    Files.createSymbolicLink(directory.resolve("tree/nowhere"), Path.of("/nowhere"));
    Trees.delete(directory.resolve("tree"));
    assertThat(directory.resolve("tree")).doesNotExist();
    assertThat(outside.resolve("kept")).hasContent("kept");
  }

  @Test
  void aLinkInPlaceOfTheTreeIsRemovedItself() throws Exception {
    Path outside = Files.createDirectories(directory.resolve("outside/inner"));
    Files.createSymbolicLink(directory.resolve("tree"), outside.getParent());
    Trees.delete(directory.resolve("tree"));
    assertThat(directory.resolve("tree")).doesNotExist();
    assertThat(outside).exists();
  }

  @Test
  void whatIsNotThereIsRemovedAlready() throws Exception {
    Trees.delete(directory.resolve("never"));
  }

  /** Code makes such a nesting with mkdir and chdir in turns; no path is long enough to name it. */
  @Test
  void aNestingDeeperThanAPathMayBeLongIsRemoved() throws Exception {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    String name = "d".repeat(200);
    for (int i = 0; i < 60; i++) {
      // Built from the inside out, so that no path gets long: 60 × 200 is more than 4096.
      Path outer = Files.createDirectory(directory.resolve("outer"));
      Files.writeString(outer.resolve("file"), "x");
      if (i > 0) {
        Files.move(directory.resolve("inner"), outer.resolve(name));
      }
      Files.move(outer, directory.resolve("inner"));
    }
    Files.move(directory.resolve("inner"), tree.resolve(name));
    assertThat(depth(tree, name)).isEqualTo(60);
    Trees.delete(tree);
    assertThat(tree).doesNotExist();
  }

  private static int depth(Path tree, String name) throws IOException {
    int depth = 0;
    DirectoryStream<Path> at = Files.newDirectoryStream(tree);
    try {
      while (true) {
        DirectoryStream<Path> next =
            ((SecureDirectoryStream<Path>) at).newDirectoryStream(Path.of(name));
        at.close();
        at = next;
        depth++;
      }
    } catch (java.nio.file.NoSuchFileException e) {
      return depth;
    } finally {
      at.close();
    }
  }
}
