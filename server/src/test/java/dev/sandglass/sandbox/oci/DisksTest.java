package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.testing.Runc;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is chosen, refused and said, and what an image is made of. */
class DisksTest {

  private static final long MIB = 1 << 20;

  /** No image can be in there. */
  private static final Path NOWHERE = Path.of("/proc");

  @TempDir Path directory;

  @BeforeAll
  static void privileges() throws Exception {
    Runc.required();
  }

  private static Disks open(OciConfig.Disks.Kind kind, Path home) {
    return open(kind, home, 0);
  }

  private static Disks open(OciConfig.Disks.Kind kind, Path home, long free) {
    return Disks.open(
        new Root(0), new OciConfig.Disks(kind, free), home, new ContainerSpec.Disk(0, 0));
  }

  private static ContainerSpec spec(long memory, long disk) {
    return new ContainerSpec(
        "c", "p", memory, 64, 256, MIB, MIB, new ContainerSpec.Disk(disk, 1_000));
  }

  @Test
  void imagesAreChosenWhereTheHostCan() throws Exception {
    assertThat(open(OciConfig.Disks.Kind.AUTO, directory).found().kind())
        .isEqualTo(OciConfig.Disks.Kind.LOOP);
  }

  @Test
  void memoryIsChosenWhereItCannotAndTheReasonIsSaid() throws Exception {
    OciConfig.Disks.Found found = open(OciConfig.Disks.Kind.AUTO, NOWHERE).found();
    assertThat(found.kind()).isEqualTo(OciConfig.Disks.Kind.TMPFS);
    assertThat(found.says()).contains("makes no loop disks", "open /proc");
  }

  @Test
  void imagesThatAreConfiguredAndCannotBeAreRefusedWithTheWayOut() {
    assertThatThrownBy(() -> open(OciConfig.Disks.Kind.LOOP, NOWHERE).found())
        .isInstanceOfSatisfying(
            SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED_HOST))
        .hasMessageContaining("sandbox.disk-kind")
        .hasMessageContaining("e2fsprogs");
  }

  @Test
  void aHostThatIsNearlyFullTakesNoMoreContainers() throws Exception {
    long free = Files.getFileStore(directory).getUsableSpace();
    assertThatThrownBy(() -> open(OciConfig.Disks.Kind.NONE, directory, free * 2).admit())
        .isInstanceOfSatisfying(
            SandglassException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("nearly full")
        .hasMessageContaining("sandbox.disk-free")
        .hasMessageContaining("free some space");
    assertThatCode(() -> open(OciConfig.Disks.Kind.NONE, directory, free / 2).admit())
        .doesNotThrowAnyException();
  }

  @Test
  void inMemoryADiskTakesNoMoreThanHalfOfIt() throws Exception {
    Disks memory = open(OciConfig.Disks.Kind.TMPFS, directory);
    assertThat(memory.sizeFor(spec(64 * MIB, 1000 * MIB)).bytes()).isEqualTo(32 * MIB);
    assertThat(memory.sizeFor(spec(64 * MIB, 10 * MIB)).bytes()).isEqualTo(10 * MIB);
    assertThat(memory.full(spec(64 * MIB, 1000 * MIB))).contains("32.00 MiB", "half");
  }

  @Test
  void anImageIsAFewBlocksWhateverItsSize() throws Exception {
    DiskTemplate template = DiskTemplate.make(directory, 4096 * MIB, 65_536);
    assertThat(template.blocks()).hasSizeLessThan(64);
    try (LinuxCalls.Descriptor image = template.image(directory);
        LoopDisk disk = LoopDisk.of(image)) {
      assertThat(disk.root()).isEmptyDirectory();
      assertThat(Files.getFileStore(disk.root()).getUsableSpace())
          .isBetween(4000 * MIB, 4096 * MIB);
      assertThat(Files.getAttribute(Path.of(image.path()), "unix:nlink")).isEqualTo(0);
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void theImagesPlanIsAsReviewed() {
    assertThat(String.join(" ", DiskTemplate.command("mke2fs", 65_536, "IMAGE")))
        .isEqualTo(
            "mke2fs -q -F -t ext4 -b 4096 -I 256 -N 65536 -m 0 -O"
                + " ^has_journal,^resize_inode,sparse_super2 -E"
                + " num_backup_sb=0,lazy_itable_init=1,nodiscard IMAGE");
  }
}
