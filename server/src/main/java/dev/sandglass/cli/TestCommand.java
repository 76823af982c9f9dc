package dev.sandglass.cli;

import dev.sandglass.cli.ask.Terminal;
import dev.sandglass.cli.local.Program;
import dev.sandglass.cli.setup.Setup;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code sandglass test}: sets up what is missing and runs every suite of the repository. A suite
 * is a file {@code NN-name.sh} in the directory tests/; it runs from the root and passes if it ends
 * with 0. All of them run even if one fails.
 */
@Command(
    name = "test",
    description = "Run all tests, formatters and linters; or only the suites named.")
final class TestCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "SUITE",
      description = "Names of suites (files in tests/, without number and .sh).")
  private List<String> names = List.of();

  private record Suite(String name, Path script) {}

  private record Outcome(Suite suite, int status, Duration took) {}

  @Override
  public Integer call() throws InterruptedException {
    List<Suite> suites = suites(Program.root().resolve("tests"));
    for (String name : names) {
      if (suites.stream().noneMatch(s -> s.name().equals(name))) {
        throw new SandglassException(
            Kind.INVALID,
            "no suite '" + name + "'; there are " + suites.stream().map(Suite::name).toList());
      }
    }
    Setup.forQuestions(false).run(System.err, Terminal.stderr());
    Setup.forRunsc().run(System.err, Terminal.stderr());
    List<Outcome> outcomes = new ArrayList<>();
    for (Suite suite : suites) {
      if (names.isEmpty() || names.contains(suite.name())) {
        outcomes.add(run(suite));
      }
    }
    return report(outcomes);
  }

  private static List<Suite> suites(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> f.getFileName().toString().matches("\\d\\d-[a-z-]+\\.sh"))
          .sorted()
          .map(f -> new Suite(f.getFileName().toString().replaceAll("^\\d\\d-|\\.sh$", ""), f))
          .toList();
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "no tests in " + directory + ": run this from a clone", e);
    }
  }

  private static Outcome run(Suite suite) throws InterruptedException {
    System.out.println("=== " + suite.name());
    System.out.flush();
    long began = System.nanoTime();
    ProcessBuilder builder =
        new ProcessBuilder("bash", suite.script().toString())
            .directory(Program.root().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SANDGLASS_IMAGE", Setup.imageDirectory().toString());
    try {
      int status = builder.start().waitFor();
      return new Outcome(suite, status, Duration.ofNanos(System.nanoTime() - began));
    } catch (IOException e) {
      throw new SandglassException(Kind.UNAVAILABLE, "bash can't be run: " + e.getMessage(), e);
    }
  }

  private static int report(List<Outcome> outcomes) {
    System.out.println("=== summary");
    long failed = outcomes.stream().filter(o -> o.status() != 0).count();
    for (Outcome o : outcomes) {
      System.out.printf(
          Locale.ROOT,
          "%-14s %-20s %4d s%n",
          o.suite().name(),
          o.status() == 0 ? "passed" : "FAILED (status " + o.status() + ")",
          o.took().toSeconds());
    }
    System.out.println("suites: " + (outcomes.size() - failed) + " passed, " + failed + " failed");
    return failed == 0 && !outcomes.isEmpty() ? 0 : 1;
  }
}
