package dev.sandglass.cli.setup;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Runs a program to its end, its whole output in a log file, its lines to a consumer. */
final class ChildProcess {

  private static final int TAIL = 15;

  private ChildProcess() {}

  /**
   * @throws SandglassException with the output's last lines and the log's place if it does not end
   *     with 0
   */
  static void run(List<String> command, Path log, Consumer<String> onLine)
      throws InterruptedException {
    Process process;
    try {
      Files.createDirectories(java.util.Objects.requireNonNull(log.getParent()));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectInput(new File("/dev/null"));
      builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
      process = builder.start();
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, command.getFirst() + " can't be run: " + e.getMessage(), e);
    }
    Deque<String> tail = new ArrayDeque<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        PrintWriter file = new PrintWriter(log.toFile(), StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        file.println(line);
        tail.addLast(line);
        if (tail.size() > TAIL) {
          tail.removeFirst();
        }
        onLine.accept(line);
      }
      int status = process.waitFor();
      if (status != 0) {
        throw new SandglassException(
            Kind.UNAVAILABLE,
            String.join(" ", command)
                + " ended with status "
                + status
                + ":\n  "
                + String.join("\n  ", tail)
                + "\n  (whole output: "
                + log
                + ")");
      }
    } catch (IOException e) {
      throw new SandglassException(Kind.INTERNAL, "reading the output of " + command.getFirst(), e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
  }
}
