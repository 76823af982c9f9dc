package dev.sandglass.model.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts that decide or say something without a process. */
class LocalModelPiecesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final RestartPolicy POLICY =
      new RestartPolicy(5, Duration.ofMinutes(10), Duration.ofMillis(500), Duration.ofSeconds(3));

  @TempDir Path folder;

  @Test
  void theCatalogueAddsUp() {
    ModelCatalogue catalogue = ModelCatalogue.bundled();

    assertThat(catalogue.defaultModel().sources().getFirst().parts()).hasSize(22);
    assertThat(catalogue.models())
        .flatExtracting(CatalogueModel::sources)
        .flatExtracting(ModelSource::parts)
        .allSatisfy(part -> assertThat(((WheelPart) part).sha256()).matches("[0-9a-f]{64}"));
  }

  @ParameterizedTest(name = "death {0}: {1} ms")
  @CsvSource({"1, 500", "2, 1000", "3, 2000", "4, 3000", "5, 3000"})
  void pausesDoubleUpToALimit(int deaths, long millis) {
    assertThat(POLICY.next(deaths(deaths, NOW), NOW)).contains(Duration.ofMillis(millis));
  }

  @Test
  void theSixthDeathWithinTheWindowIsTheLast() {
    assertThat(POLICY.next(deaths(6, NOW), NOW)).isEmpty();
  }

  @Test
  void oldDeathsAreForgotten() {
    assertThat(POLICY.next(deaths(6, NOW.minus(Duration.ofMinutes(10))), NOW)).isPresent();
  }

  @Test
  void theKeyIsInTheEnvironmentAndNotInTheArguments() {
    Map<String, String> environment =
        new HashMap<>(Map.of("LLAMA_ARG_MODEL", "x", "GGML_X", "y", "HOME", "/"));
    LlamaCommand.environment(environment, "secret");

    assertThat(environment)
        .containsOnly(Map.entry("LLAMA_API_KEY", "secret"), Map.entry("HOME", "/"));
    assertThat(LlamaCommand.line(settings(), true))
        .startsWith("/usr/bin/setpriv", "--pdeathsig", "KILL", "--", "/bin/llama-server")
        .containsSequence("--host", "127.0.0.1", "--port", "0")
        .containsSequence("--cache-ram", "256")
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "0.01.2 I srv  listening on http://127.0.0.1:41831, 41831",
        "main: server is listening on http://127.0.0.1:80 - starting the main loop, 80",
        "listening on unix:///tmp/x.sock, none",
        "loading model, none"
      })
  void readsThePortFromTheOutput(String line, @Nullable Integer port) {
    assertThat(LlamaCommand.port(line)).isEqualTo(port);
  }

  @ParameterizedTest
  @CsvSource({
    "'version: 0.6.0-dev (build 11434, commit unknown)', 11434",
    "'version: 4819 (abc123)', 4819",
    "'version: 99999999999 (x)', -1",
    "'command not found', -1"
  })
  void readsTheBuildNumber(String version, int number) {
    assertThat(LlamaServerInstaller.buildNumber(version)).isEqualTo(number);
  }

  @Test
  void cpuFeaturesAreThoseThatANativeBuildDependsOn() {
    String cpuinfo =
        "processor : 0\nflags\t\t: fpu sse2 avx512f avx2 hypervisor fma\nprocessor : 1\nflags : sse9\n";

    assertThat(CpuFeatures.parse("amd64", cpuinfo).key()).isEqualTo("amd64 avx2 avx512f fma sse2");
    assertThat(CpuFeatures.parse("aarch64", "Features : fp asimd i8mm\n").key())
        .isEqualTo("aarch64 asimd i8mm");
  }

  @Test
  void theLogIsBoundedAndKeepsTheNewest() throws IOException {
    Path file = folder.resolve("model.log");
    try (BoundedLog log = new BoundedLog(file, 1_000)) {
      for (int i = 0; i < 1_000; i++) {
        log.line("line " + i);
      }
      assertThat(log.tail()).endsWith("line 999").startsWith("line 980");
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files)
          .hasSize(2)
          .allSatisfy(kept -> assertThat(Files.size(kept)).isLessThanOrEqualTo(1_000));
    }
    assertThat(file).content().endsWith("line 999\n");
  }

  private static List<Instant> deaths(int count, Instant when) {
    return Stream.generate(() -> when).limit(count).toList();
  }

  private static LocalModelSettings settings() {
    return LocalModelSettings.of(
        "m", Path.of("/m.gguf"), Path.of("/bin/llama-server"), Path.of("/log"));
  }
}
