package dev.sandglass.sandbox.probe;

import dev.sandglass.common.Json;
import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.probe.Finding.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One cell that runs probes, and what it printed: a plan, then a line of JSON for each probe. */
final class ProbeCell {

  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final long OUTPUT = 1L << 20;
  private static final String IMPORT = "from probes import run as _run\n";
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  /**
   * @param stdout what the code printed, its end left out if it was too much
   * @param error the exception's name and value, or empty
   */
  record Ended(CellResult result, String stdout, String error) {

    /** A sentence for a cell that did not end well. */
    String how() {
      String reason = result.reason();
      return reason != null ? reason : result.status() + (error.isEmpty() ? "" : ": " + error);
    }
  }

  private ProbeCell() {}

  static Ended run(SandboxContainer container, String code, Duration timeout)
      throws InterruptedException {
    StringBuilder stdout = new StringBuilder();
    StringBuilder error = new StringBuilder();
    CellResult result =
        container.execute(
            new CellRequest(
                "probe-" + NUMBERS.incrementAndGet(), code, timeout, GRACE, OUTPUT, 0, 0),
            output -> {
              switch (output) {
                case CellOutput.Stream(var name, var text)
                    when name == CellOutput.Stream.Name.STDOUT && stdout.length() < OUTPUT ->
                    stdout.append(text);
                case CellOutput.Error e -> error.append(e.name()).append(": ").append(e.value());
                default -> {}
              }
            });
    return new Ended(result, stdout.toString(), error.toString());
  }

  /** Runs a function of the probes' {@code run} module. */
  static Ended call(SandboxContainer container, String function, Duration timeout)
      throws InterruptedException {
    return run(container, IMPORT + "_run." + function, timeout);
  }

  /** All that was planned: what was not told of has not run. */
  static List<Finding> findings(Ended ended) {
    List<String> plan = new ArrayList<>();
    Map<String, Finding> told = new LinkedHashMap<>();
    for (String line : ended.stdout().lines().filter(l -> l.startsWith("{")).toList()) {
      try {
        JsonNode node = Json.MAPPER.readTree(line);
        if (node.has("plan")) {
          node.path("plan").forEach(name -> plan.add(name.asString()));
        } else {
          Finding finding = finding(node);
          told.put(finding.name(), finding);
        }
      } catch (JacksonException e) {
        // Cut off with the cell.
      }
    }
    if (plan.isEmpty()) {
      return List.of(unknown("all", "The probes did not start: " + ended.how()));
    }
    return plan.stream()
        .map(name -> told.getOrDefault(name, unknown(name, "It told nothing: " + ended.how())))
        .toList();
  }

  private static Finding finding(JsonNode node) {
    return new Finding(
        node.path("name").asString(""),
        node.path("area").asString(""),
        node.path("tries").asString(""),
        node.path("must").asString(""),
        switch (node.path("verdict").asString("")) {
          case "held" -> Verdict.HELD;
          case "through" -> Verdict.THROUGH;
          default -> Verdict.NOT_RUN;
        },
        node.path("happened").asString(""));
  }

  private static Finding unknown(String name, String why) {
    return new Finding(name, "", "", "", Verdict.NOT_RUN, why);
  }
}
