package dev.sandglass.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.sandbox.CellOutput.Error;
import dev.sandglass.sandbox.CellResult.Status;
import dev.sandglass.sandbox.SandboxContainer.Collision;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.sandbox.Session.Ran;
import dev.sandglass.testing.Runc;
import dev.sandglass.testing.Zeros;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every driver that holds {@code /mnt/data} to a size promises about it. */
public abstract class DiskContract extends FilesContract {

  /** Writes until nothing more fits; what is left is less than a block. */
  private static final String FILL =
      """
      f = open('big', 'wb', buffering=0)
      while True:
          f.write(b'x' * 4096)
      """;

  private static final String COUNT =
      """
      n = 0
      try:
          while True:
              open(f'f{n}', 'w').close()
              n += 1
      except OSError as e:
          print(n, e.errno)
      """;

  @Test
  void writingPastTheDisksSizeFailsAndNamesTheLimit() throws Exception {
    try (Session s = create()) {
      Ran ran = s.run(FILL);
      assertThat(ran.result().status()).isEqualTo(Status.ERROR);
      Error error = ran.of(Error.class).getFirst();
      assertThat(error.value()).contains("[Errno 28] No space left on device");
      assertThat(error.brief()).contains("/mnt/data is full", "MiB (sandbox.disk)", "delete files");
      assertThat(error.traceback()).contains("/mnt/data is full", "sandbox.disk");
      long held = Long.parseLong(s.print("import os; print(os.stat('big').st_size)").strip());
      assertThat(held).isBetween(Runc.DISK.bytes() * 9 / 10, Runc.DISK.bytes());
    }
  }

  @Test
  void aFullDiskGoesOnOnceSomethingIsDeleted() throws Exception {
    try (Session s = create()) {
      s.run(FILL);
      s.run("import os; f.close(); os.unlink('big')");
      assertThat(s.print("print(open('a', 'w').write('a'))")).isEqualTo("1\n");
    }
  }

  @Test
  void nobodyElseNoticesAFullDisk() throws Exception {
    try (Session full = create();
        Session neighbour = create()) {
      full.run(FILL);
      String code = "print(open('a', 'wb').write(b'x' * (100 << 20)))";
      assertThat(neighbour.print(code)).isEqualTo((100 << 20) + "\n");
    }
  }

  @Test
  void noMoreFilesThanTheLimitAreMade() throws Exception {
    try (Session s = create();
        Session neighbour = create()) {
      String[] said = s.print(COUNT).strip().split(" ");
      assertThat(Integer.parseInt(said[0]))
          .isBetween((int) Runc.DISK.inodes() - 64, (int) Runc.DISK.inodes());
      assertThat(said[1]).isEqualTo("28"); // ENOSPC
      Error error = s.run("open('one more', 'w')").of(Error.class).getFirst();
      assertThat(error.brief()).contains("4,096 (sandbox.disk-inodes)");
      assertThat(neighbour.print("print(open('a', 'w').write('a'))")).isEqualTo("1\n");
    }
  }

  @Test
  void anUploadThatDoesNotFitNamesTheLimitAndLeavesNothing() throws Exception {
    try (Session s = create()) {
      assertThatThrownBy(
              () -> s.container().write("up", new Zeros(Runc.DISK.bytes() + 1), Collision.REPLACE))
          .isInstanceOfSatisfying(
              SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SPACE))
          .hasMessageContaining("192.00 MiB (sandbox.disk)")
          .hasMessageContaining("4,096 files and directories (sandbox.disk-inodes)");
      assertThat(s.container().list(10)).isEmpty();
      assertThat(s.print("print(open('a', 'wb').write(b'x' * (100 << 20)))"))
          .isEqualTo((100 << 20) + "\n");
    }
  }

  @Test
  void outputThatNoLongerFitsOnTheDiskIsCutAndTheCellGoesOn() throws Exception {
    try (Session s = create()) {
      s.run(FILL);
      Ran ran = s.run("for i in range(20_000): print(f'line {i}')");
      assertThat(ran.result().status()).isEqualTo(Status.OK);
      assertThat(ran.stdout()).startsWith("line 0\n").endsWith("line 19999\n");
    }
  }

  @Test
  void aDiskWithFilesInItIsGoneWithItsContainer() throws Exception {
    List<String> before = traces();
    try (Session s = create()) {
      s.run(FILL);
      assertThat(traces()).isNotEqualTo(before);
    }
    assertThat(traces()).isEqualTo(before);
  }
}
