package dev.sandglass.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.container.ContainerFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CitationsTest {

  private static final List<String> NAMES =
      List.of(
          "a.csv",
          "sales (2).csv",
          "Übersicht 2026.xlsx",
          "图表.png",
          "📈📊.png",
          "sub/dir/t.txt",
          "with 'quote'.md",
          "x[1].csv",
          "no_extension",
          "a.b.c.tar.gz",
          "50% off.csv");

  private static final List<String> WORDS =
      List.of(
          "see",
          "Grüße",
          "🎉",
          "👩‍👩‍👧",
          "\n\n",
          "(",
          ")",
          "[x]",
          "**bold**",
          "数字",
          ".",
          ",",
          "`code`",
          "sandbox:",
          "/mnt/data/",
          "sandbox:/mnt/dat",
          "|",
          "\t",
          "e\u0301",
          "%20");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[c](sandbox:/mnt/data/a.csv)|sandbox:/mnt/data/a.csv",
        "[c](sandbox:/mnt/data/sales (2).csv).|sandbox:/mnt/data/sales (2).csv",
        "at sandbox:/mnt/data/a.csv.|sandbox:/mnt/data/a.csv",
        "(sandbox:/mnt/data/a.csv)|sandbox:/mnt/data/a.csv",
        "`sandbox:/mnt/data/a.csv`|sandbox:/mnt/data/a.csv",
        "[c](<sandbox:/mnt/data/sales (2).csv>)|sandbox:/mnt/data/sales (2).csv",
        "[c](sandbox:/mnt/data/sales%20%282%29.csv)|sandbox:/mnt/data/sales%20%282%29.csv",
        "[c](sandbox:/mnt/data/sub/dir/t.txt)|sandbox:/mnt/data/sub/dir/t.txt",
        "**sandbox:/mnt/data/a.csv**|sandbox:/mnt/data/a.csv",
        "📈 [c](sandbox:/mnt/data/📈📊.png) 📈|sandbox:/mnt/data/📈📊.png",
      })
  void aLinkIsCitedExactly(String text, String link) {
    List<Citation> citations = Citations.of(text, List.of(), List.of(), CitationsTest::file);
    assertThat(citations).hasSize(1);
    assertThat(quoted(text, citations.getFirst())).isEqualTo(link);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[c](sandbox:/mnt/data/none.csv) and more|/mnt/data/none.csv",
        "see sandbox:/mnt/data/none.csv.|/mnt/data/none.csv",
      })
  void aLinkThatLeadsNowhereIsNamedAsItStands(String text, String path) {
    assertThat(Citations.of(text, List.of(), List.of(), CitationsTest::file)).isEmpty();
    assertThat(Citations.dangling(text, CitationsTest::file)).containsExactly(path);
  }

  @Test
  void aFilenameIsTheLastSegmentOfThePath() {
    List<Citation> citations =
        Citations.of("sandbox:/mnt/data/sub/dir/t.txt", List.of(), List.of(), CitationsTest::file);
    assertThat(citations.getFirst().filename()).isEqualTo("t.txt");
  }

  @Test
  void aLinkedFileIsNotCitedTwice() {
    ContainerFile a = file("/mnt/data/a.csv").orElseThrow();
    List<Citation> citations =
        Citations.of("sandbox:/mnt/data/a.csv", List.of(), List.of(a), path -> Optional.of(a));
    assertThat(citations).hasSize(1);
    assertThat(citations.getFirst().end()).isPositive();
  }

  /** Whatever stands around the links, each citation quotes one, in order, and none is missed. */
  @Test
  void offsetsAreRightInAnyText() {
    Random random = new Random(20261123);
    for (int round = 0; round < 5000; round++) {
      StringBuilder text = new StringBuilder();
      List<String> expected = new ArrayList<>();
      int links = random.nextInt(4);
      for (int i = 0; i < links; i++) {
        text.append(noise(random));
        String name = NAMES.get(random.nextInt(NAMES.size()));
        String link = "sandbox:/mnt/data/" + name;
        expected.add(link);
        text.append("[link](").append(link).append(')');
      }
      text.append(noise(random));
      List<Citation> citations =
          Citations.of(text.toString(), List.of(), List.of(), CitationsTest::file);
      assertThat(citations.stream().map(c -> quoted(text.toString(), c)))
          .as("round %d: %s", round, text)
          .containsExactlyElementsOf(expected);
    }
  }

  /** Hostile text costs bounded time and never throws. */
  @Test
  void anyTextIsReadInBoundedLookups() {
    int[] lookups = {0};
    Function<String, Optional<ContainerFile>> none =
        path -> {
          lookups[0]++;
          return Optional.empty();
        };
    String hostile = "sandbox:/mnt/data/" + "a b)".repeat(100_000);
    Citations.of(hostile.repeat(3), List.of(), List.of(), none);
    Citations.of("sandbox:/mnt/data/ %zz (".repeat(100_000), List.of(), List.of(), none);
    assertThat(lookups[0]).isLessThan(50_000);
  }

  private static String noise(Random random) {
    return Stream.generate(() -> WORDS.get(random.nextInt(WORDS.size())))
        .limit(random.nextInt(6))
        .collect(Collectors.joining(random.nextBoolean() ? " " : ""));
  }

  private static final Map<String, ContainerFile> FILES =
      NAMES.stream()
          .collect(
              Collectors.toMap(
                  n -> "/mnt/data/" + n,
                  n ->
                      new ContainerFile(
                          "cfile_" + NAMES.indexOf(n),
                          "cntr_1",
                          "/mnt/data/" + n,
                          1,
                          ContainerFile.Source.ASSISTANT,
                          Instant.EPOCH,
                          null,
                          null,
                          null)));

  private static Optional<ContainerFile> file(String path) {
    return Optional.ofNullable(FILES.get(path));
  }

  private static String quoted(String text, Citation c) {
    return text.substring(
        text.offsetByCodePoints(0, c.start()), text.offsetByCodePoints(0, c.end()));
  }
}
