package dev.sandglass.sandbox.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.probe.Finding.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The doctor's probes, in containers as the server makes them: all that is promised holds. */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ProbesContract {

  private SandboxDriver driver;
  private ProbeSources sources;

  protected abstract SandboxDriver make() throws Exception;

  @BeforeAll
  void open() throws Exception {
    sources = ProbeSources.read(Path.of("..", "sandbox", "probes"));
    driver = make();
  }

  @AfterAll
  void close() {
    if (driver != null) {
      driver.close();
    }
  }

  /** A disk behind a loop device holds it, memory doesn't. */
  private static final Set<String> SOMETIMES = Set.of("exec-by-loader");

  /** Else it is to be promised. */
  private void assertWhatIsNotPromisedDoesNotHold(List<Finding> findings) {
    assertThat(findings.stream().filter(f -> Unpromised.by(driver.name()).containsKey(f.name())))
        .allMatch(f -> f.verdict() == Verdict.UNPROMISED || SOMETIMES.contains(f.name()));
  }

  private static List<Finding> notHeld(List<Finding> findings) {
    return findings.stream()
        .filter(f -> f.verdict() != Verdict.HELD && f.verdict() != Verdict.UNPROMISED)
        .toList();
  }

  @Test
  void nobodyGetsOutOfAContainer() throws Exception {
    List<Finding> findings = QuickProbes.run(driver, sources, "proj_probed");
    assertThat(findings).hasSizeGreaterThan(100);
    assertThat(notHeld(findings)).isEmpty();
    assertWhatIsNotPromisedDoesNotHold(findings);
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
    assertWhatIsNotPromisedDoesNotHold(findings);
  }
}
