package dev.sandglass.sandbox.probe;

import dev.sandglass.common.Json;
import dev.sandglass.sandbox.probe.Finding.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * What all probes found.
 *
 * @param key of {@link ProbeKey}: for what it holds
 * @param at when it was made
 */
public record ProbeReport(String key, Instant at, List<Finding> findings) {

  public ProbeReport {
    findings = List.copyOf(findings);
  }

  public List<Finding> through() {
    return of(Verdict.THROUGH);
  }

  public List<Finding> notRun() {
    return of(Verdict.NOT_RUN);
  }

  public List<Finding> unpromised() {
    return of(Verdict.UNPROMISED);
  }

  private List<Finding> of(Verdict verdict) {
    return findings.stream().filter(f -> f.verdict() == verdict).toList();
  }

  /** Every attempt was made, and stopped as far as the runtime promises. */
  public boolean passed() {
    return !findings.isEmpty() && through().isEmpty() && notRun().isEmpty();
  }

  private static Path file(Path directory, String key) {
    return directory.resolve(key + ".json");
  }

  /** The passed report for this key, if there is one. */
  public static Optional<ProbeReport> passed(Path directory, String key) {
    try {
      ProbeReport report =
          Json.MAPPER.readValue(Files.readAllBytes(file(directory, key)), ProbeReport.class);
      return report.key().equals(key) && report.passed() ? Optional.of(report) : Optional.empty();
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }

  public void save(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path part = Files.createTempFile(directory, "report", ".part");
    Files.write(part, Json.MAPPER.writeValueAsBytes(this));
    Files.move(part, file(directory, key), StandardCopyOption.ATOMIC_MOVE);
  }
}
