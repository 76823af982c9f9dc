package dev.sandglass.sandbox.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.probe.Finding.Verdict;
import dev.sandglass.testing.Runc;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The doctor's probes, in containers as the server makes them. */
@Timeout(600)
class ProbesTest {

  @TempDir static Path directory;
  private static SandboxDriver driver;
  private static ProbeSources sources;

  @BeforeAll
  static void open() throws Exception {
    sources = ProbeSources.read(Path.of("..", "sandbox", "probes"));
    driver = Runc.open(directory);
  }

  @AfterAll
  static void close() {
    if (driver != null) {
      driver.close();
    }
  }

  private static List<Finding> notHeld(List<Finding> findings) {
    return findings.stream().filter(f -> f.verdict() != Verdict.HELD).toList();
  }

  @Test
  void nobodyGetsOutOfAContainer() throws Exception {
    List<Finding> findings = QuickProbes.run(driver, sources, "proj_probed");
    assertThat(findings).hasSizeGreaterThan(100);
    assertThat(notHeld(findings)).isEmpty();
  }

  @Test
  void theServersHandLeadsNobodyOut() throws Exception {
    List<Finding> findings = OuterProbes.run(driver, "proj_probed", f -> {});
    assertThat(findings).hasSizeGreaterThan(8);
    assertThat(notHeld(findings)).isEmpty();
  }

  @Test
  void whoUsesThingsUpUsesUpHisOwn() throws Exception {
    List<Finding> findings = HeavyProbes.run(driver, sources, "proj_probed", f -> {});
    assertThat(findings).hasSizeGreaterThan(8);
    assertThat(notHeld(findings)).isEmpty();
  }
}
