package dev.sandglass.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.sandbox.SandboxContainer.Collision;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every driver that runs real processes promises about files. */
public abstract class FilesContract extends ContainerContract {

  @Test
  void hundredMegabytesTravelBothWaysInFlatMemory() throws Exception {
    try (Session s = create()) {
      long size = 100 * MIB;
      Pattern source = new Pattern(size);
      System.gc();
      long before = used();
      s.container().write("big.bin", source, Collision.REPLACE);
      CRC32 back = new CRC32();
      long[] peak = {0};
      long copied =
          s.container()
              .read(
                  "big.bin",
                  0,
                  -1,
                  new OutputStream() {
                    private long chunks;

                    @Override
                    public void write(int b) {
                      back.update(b);
                    }

                    @Override
                    public void write(byte[] b, int offset, int length) {
                      back.update(b, offset, length);
                      if (++chunks % 25 == 0) {
                        System.gc();
                        peak[0] = Math.max(peak[0], used());
                      }
                    }
                  });
      assertThat(copied).isEqualTo(size);
      assertThat(back.getValue()).isEqualTo(source.sum.getValue());
      assertThat(peak[0] - before).isLessThan(32 * MIB);
    }
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Bytes that depend on their position, and their sum so far. */
  private static final class Pattern extends InputStream {
    private final CRC32 sum = new CRC32();
    private final long size;
    private long at;

    Pattern(long size) {
      this.size = size;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int offset, int length) {
      if (at == size) {
        return -1;
      }
      int n = (int) Math.min(length, size - at);
      for (int i = 0; i < n; i++) {
        long position = at + i;
        b[offset + i] = (byte) (position * 31 + (position >> 16));
      }
      sum.update(b, offset, n);
      at += n;
      return n;
    }
  }

  @Test
  void aNameThatIsNotUnicodeHarmsNothing() throws Exception {
    try (Session s = create()) {
      s.run("import os; _ = open(b'bad\\xff.txt', 'w').write('x'); _ = open('good.txt', 'w')");
      assertThat(s.container().list(10)).extracting(FileStat::path).contains("good.txt");
      assertThat(s.print("print('alive')")).isEqualTo("alive\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../escape", "/etc/passwd", "a/../../escape", "link/passwd", "link2"})
  void noPathLeadsOutOfTheDirectory(String path) throws Exception {
    try (Session s = create()) {
      s.run("import os; os.symlink('/etc', 'link'); os.symlink('/etc/passwd', 'link2')");
      assertThatThrownBy(() -> s.container().read(path, 0, -1, OutputStream.nullOutputStream()))
          .isInstanceOfSatisfying(
              SandboxException.class,
              e ->
                  assertThat(e.reason())
                      .isIn(Reason.OUTSIDE, Reason.NOT_A_FILE, Reason.NOT_FOUND, Reason.INVALID));
      assertThat(s.container().list(10)).isEmpty();
    }
  }

  @Test
  void directoriesAndSpecialFilesAreNotFiles() throws Exception {
    try (Session s = create()) {
      s.run("import os; os.mkdir('dir'); os.mkfifo('pipe'); _ = open('dir/f', 'w').write('x')");
      assertThat(s.container().list(10)).extracting(FileStat::path).containsExactly("dir/f");
      for (String path : new String[] {"dir", "pipe"}) {
        assertThatThrownBy(() -> s.container().read(path, 0, -1, OutputStream.nullOutputStream()))
            .isInstanceOfSatisfying(
                SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_A_FILE));
      }
    }
  }

  @Test
  void aListIsCutAtItsLimit() throws Exception {
    try (Session s = create()) {
      s.run("for i in range(5): open(f'{i}', 'w').close()");
      assertThat(s.container().list(3)).extracting(FileStat::path).containsExactly("0", "1", "2");
    }
  }

  @Test
  void filesOfPrivateModeAreReadAndRemoved() throws Exception {
    try (Session s = create()) {
      s.run("import os; _ = open('secret', 'w').write('s'); os.chmod('secret', 0)");
      assertThat(s.container().list(10)).extracting(FileStat::path).containsExactly("secret");
      assertThat(s.container().delete("secret")).isTrue();
    }
  }
}
