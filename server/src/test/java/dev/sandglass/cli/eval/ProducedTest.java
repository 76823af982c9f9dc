package dev.sandglass.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProducedTest {

  private static final Path FILES = Path.of("../eval/files");

  @Test
  void knowsTheSizeOfAPng() throws Exception {
    assertThat(Produced.of("flag.png", Files.readAllBytes(FILES.resolve("flag.png"))))
        .isEqualTo(new Produced("flag.png", null, true, 420, 260));
  }

  @Test
  void knowsTheSizeOfAJpeg() throws Exception {
    assertThat(Produced.of("meadow.jpg", Files.readAllBytes(FILES.resolve("meadow.jpg"))))
        .isEqualTo(new Produced("meadow.jpg", null, true, 360, 240));
  }

  @Test
  void keepsTextAndNoBinary() {
    assertThat(Produced.of("a.csv", "a,b\n".getBytes(StandardCharsets.UTF_8)).text())
        .isEqualTo("a,b\n");
    assertThat(Produced.of("a.bin", new byte[] {1, 0, 2}).text()).isNull();
  }

  @Test
  void aPictureInNameOnlyIsNone() {
    assertThat(Produced.of("a.png", "hello".getBytes(StandardCharsets.UTF_8)).image()).isFalse();
  }

  @Test
  void survivesBrokenPictures() throws Exception {
    byte[] whole = Files.readAllBytes(FILES.resolve("meadow.jpg"));
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      byte[] broken = java.util.Arrays.copyOf(whole, random.nextInt(400));
      for (int hit = 0; hit < 5 && broken.length > 2; hit++) {
        broken[2 + random.nextInt(broken.length - 2)] = (byte) random.nextInt(256);
      }
      assertThat(Produced.of("x.jpg", broken).name()).isEqualTo("x.jpg");
    }
  }
}
