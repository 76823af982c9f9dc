package dev.sandglass.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.config.DataSize;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeepPlanTest {

  private static final KeepPlan.Limits LIMITS =
      new KeepPlan.Limits(10, new DataSize(600), new DataSize(1000));

  @Test
  void whatFitsIsKeptWithoutAWord() {
    KeepPlan plan = plan(List.of(made("a", 600), made("b", 400)), List.of());
    assertThat(kept(plan)).containsExactly("a", "b");
    assertThat(plan.notes()).isEmpty();
  }

  @Test
  void oneByteBeyondAllTogetherIsNotKeptAndTold() {
    KeepPlan plan = plan(List.of(made("a", 600), made("b", 401)), List.of());
    assertThat(kept(plan)).containsExactly("b");
    assertThat(plan.notes())
        .singleElement()
        .asString()
        .contains("container.max-bytes", "1000B", "/mnt/data/a", "os.remove");
  }

  @Test
  void oneByteBeyondTheLargestFileIsNotKeptAndTold() {
    KeepPlan plan = plan(List.of(made("a", 601), made("b", 1)), List.of());
    assertThat(kept(plan)).containsExactly("b");
    assertThat(plan.notes())
        .singleElement()
        .asString()
        .contains("files.max-bytes", "600B", "/mnt/data/a has 601 bytes");
  }

  @Test
  void whatIsThereCountsAndWhatIsWrittenAnewCountsOnce() {
    List<ContainerFile> there = List.of(recorded("a", 500, "sum"), recorded("b", 500, "sum"));
    assertThat(kept(plan(List.of(made("a", 500)), there))).containsExactly("a");
    assertThat(kept(plan(List.of(made("a", 501)), there))).isEmpty();
    assertThat(kept(plan(List.of(made("c", 1)), there))).isEmpty();
  }

  @Test
  void whatWasNotKeptBeforeTakesNoRoom() {
    assertThat(kept(plan(List.of(made("c", 600)), List.of(recorded("a", 9000, null)))))
        .containsExactly("c");
  }

  @Test
  void aListingThatIsNotWholeIsTold() {
    assertThat(KeepPlan.of(List.of(), false, List.of(), LIMITS).notes())
        .singleElement()
        .asString()
        .contains("more than 10 files", "container.max-files", "ZIP");
  }

  private static KeepPlan plan(List<FileStat> changed, List<ContainerFile> recorded) {
    return KeepPlan.of(changed, true, recorded, LIMITS);
  }

  private static List<String> kept(KeepPlan plan) {
    return plan.steps().stream().filter(KeepPlan.Step::keep).map(s -> s.file().path()).toList();
  }

  private static FileStat made(String path, long size) {
    return new FileStat(path, size, "1");
  }

  private static ContainerFile recorded(String path, long bytes, @Nullable String sha256) {
    return new ContainerFile(
        "cfile_" + path,
        "cntr_1",
        ContainerFile.ROOT + path,
        bytes,
        ContainerFile.Source.ASSISTANT,
        Instant.EPOCH,
        sha256,
        null,
        "0");
  }
}
