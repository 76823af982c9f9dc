package dev.sandglass.sandbox.probe;

import dev.sandglass.common.Json;
import dev.sandglass.sandbox.CellResult.Status;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.sandbox.probe.Finding.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Attempts to use things up, each in a container of its own: the limit must be met, the container
 * must go on, and a neighbour must not notice.
 */
public final class HeavyProbes {

  private static final Duration TIME = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private HeavyProbes() {}

  public static List<Finding> run(
      SandboxDriver driver, ProbeSources sources, String project, Consumer<Finding> each)
      throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    try (SandboxContainer neighbour = driver.create(QuickProbes.spec(project))) {
      for (String name : names(neighbour, sources)) {
        Finding finding =
            Unpromised.judge(driver.name(), one(driver, sources, project, name, neighbour));
        each.accept(finding);
        findings.add(finding);
      }
    } catch (IOException e) {
      throw new SandboxException(Reason.INTERNAL, "The probes could not be copied: " + e, e);
    }
    return findings;
  }

  private static List<String> names(SandboxContainer container, ProbeSources sources)
      throws IOException, InterruptedException {
    sources.putInto(container);
    ProbeCell.Ended listed =
        ProbeCell.run(
            container,
            "import json\nfrom probes import run\nprint(json.dumps(run.exhausting()))",
            TIME);
    List<String> names = new ArrayList<>();
    Json.MAPPER.readTree(listed.stdout().strip()).forEach(name -> names.add(name.asString()));
    return names;
  }

  private static Finding one(
      SandboxDriver driver,
      ProbeSources sources,
      String project,
      String name,
      SandboxContainer neighbour)
      throws IOException, InterruptedException {
    try (SandboxContainer container = driver.create(QuickProbes.spec(project))) {
      sources.putInto(container);
      Finding described =
          ProbeCell.findings(ProbeCell.call(container, "described(" + quoted(name) + ")", TIME))
              .getFirst();
      ProbeCell.Ended ended = ProbeCell.call(container, "one(" + quoted(name) + ")", TIME);
      Finding found = ProbeCell.findings(ended).getFirst();
      if (found.verdict() == Verdict.NOT_RUN && stopped(ended)) {
        found = described.with(Verdict.HELD, ended.how());
      }
      if (found.verdict() != Verdict.HELD) {
        return found;
      }
      return !answers(neighbour)
          ? found.with(Verdict.THROUGH, found.happened() + "; the neighbour answers no more")
          : !answers(container)
              ? found.with(Verdict.THROUGH, found.happened() + "; the container answers no more")
              : found;
    } catch (SandboxException e) {
      return new Finding(
          name, "exhaustion", "", "", Verdict.NOT_RUN, String.valueOf(e.getMessage()));
    }
  }

  /** Ended by a limit: of memory, or of time. */
  private static boolean stopped(ProbeCell.Ended ended) {
    Status status = ended.result().status();
    return status == Status.DIED || status == Status.TIMEOUT;
  }

  private static boolean answers(SandboxContainer container) throws InterruptedException {
    try {
      return ProbeCell.run(container, "print(6 * 7)", ANSWER).stdout().strip().equals("42");
    } catch (SandboxException e) {
      return false;
    }
  }

  private static String quoted(String name) {
    return Json.MAPPER.writeValueAsString(name);
  }
}
