package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.oci.LinuxCalls.Descriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An empty ext4 file system of a size, as the few blocks of it that aren't zero: writing them into
 * a sparse file of that length makes another one of it, in less than a millisecond.
 *
 * @param bytes of the whole file system, what it needs for itself included
 */
record DiskTemplate(long bytes, List<Block> blocks) {

  private static final int BLOCK = 4096;
  private static final long LIMIT_SECONDS = 30;
  private static final List<String> PLACES = List.of("/usr/sbin/mke2fs", "/sbin/mke2fs");

  /** A block and where it lies. */
  record Block(long offset, byte[] content) {}

  /**
   * How it is made: without what serves only to survive the host's fall (a journal, copies of the
   * superblock), without a reserve for root, and with nothing written that zeros can stand for.
   */
  static List<String> command(String program, long inodes, String image) {
    return List.of(
        program,
        "-q",
        "-F",
        "-t",
        "ext4",
        "-b",
        Integer.toString(BLOCK),
        "-I",
        "256",
        "-N",
        Long.toString(inodes),
        "-m",
        "0",
        "-O",
        "^has_journal,^resize_inode,sparse_super2",
        "-E",
        "num_backup_sb=0,lazy_itable_init=1,nodiscard",
        image);
  }

  /**
   * Makes one, and mounts it once: that shows whether this host can, too.
   *
   * @param directory in which the images will be
   * @throws IOException with what is missing
   */
  static DiskTemplate make(Path directory, long bytes, long inodes)
      throws IOException, InterruptedException {
    try (Descriptor image = LoopDisk.image(directory)) {
      setLength(image, bytes);
      format(inodes, image);
      try (LoopDisk disk = LoopDisk.of(image)) {
        Files.delete(disk.root().resolve("lost+found"));
        Files.setPosixFilePermissions(disk.root(), PosixFilePermissions.fromString("rwx------"));
      }
      return new DiskTemplate(bytes, blocks(image, bytes));
    }
  }

  private static void setLength(Descriptor image, long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.path(), "rw")) {
      file.setLength(bytes);
    }
  }

  private static void format(long inodes, Descriptor image)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(program(), inodes, image.path()))
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("mke2fs failed: " + said.strip());
    }
  }

  private static String program() throws IOException {
    return PLACES.stream()
        .filter(place -> Files.isExecutable(Path.of(place)))
        .findFirst()
        .orElseThrow(() -> new IOException("mke2fs is missing: apt-get install e2fsprogs"));
  }

  private static List<Block> blocks(Descriptor image, long bytes) throws IOException {
    List<Block> found = new ArrayList<>();
    byte[] zeros = new byte[BLOCK];
    try (RandomAccessFile file = new RandomAccessFile(image.path(), "r")) {
      for (long at = LinuxCalls.nextData(image, 0); at >= 0 && at < bytes; ) {
        byte[] content = new byte[BLOCK];
        file.seek(at);
        file.readFully(content);
        if (!Arrays.equals(content, zeros)) {
          found.add(new Block(at, content));
        }
        at = LinuxCalls.nextData(image, at + BLOCK);
      }
    }
    return List.copyOf(found);
  }

  /** Makes an image of it, without a name. */
  Descriptor image(Path directory) throws IOException {
    Descriptor image = LoopDisk.image(directory);
    try (RandomAccessFile file = new RandomAccessFile(image.path(), "rw")) {
      file.setLength(bytes);
      for (Block block : blocks) {
        file.seek(block.offset());
        file.write(block.content());
      }
      return image;
    } catch (IOException e) {
      image.close();
      throw e;
    }
  }
}
