package dev.sandglass.model.local;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a foreign program to its end, with stdout and stderr joined and only the last lines
 * kept.
 *
 * @param environment added to this process's own
 */
record Command(List<String> line, Map<String, String> environment, @Nullable Path directory) {
  private static final int TAIL_LINES = 40;
  private static final int LINE_CHARS = 2_000;

  Command(String... line) {
    this(List.of(line), Map.of(), null);
  }

  /**
   * What is left of a run.
   *
   * @param status exit status; 127 if the program does not exist
   * @param tail its last lines
   */
  record Result(int status, String tail) {
    boolean ok() {
      return status == 0;
    }

    boolean says(String text) {
      return tail.contains(text);
    }
  }

  Result run() {
    return run(line -> {});
  }

  /**
   * Runs to the end, handing on each line of output. An interrupt kills the program and its
   * children.
   */
  Result run(Consumer<String> onLine) {
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putAll(environment);
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Result(127, String.valueOf(e.getMessage()));
    }
    try {
      Deque<String> tail = new ArrayDeque<>();
      Thread reader = Thread.ofVirtual().start(() -> read(process, tail, onLine));
      int status = process.waitFor();
      reader.join();
      return new Result(status, String.join("\n", tail));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalModelException("interrupted while running " + line.getFirst(), e);
    } finally {
      kill(process);
    }
  }

  private static void read(Process process, Deque<String> tail, Consumer<String> onLine) {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String text = out.readLine(); text != null; text = out.readLine()) {
        String kept = text.length() > LINE_CHARS ? text.substring(0, LINE_CHARS) : text;
        if (tail.size() == TAIL_LINES) {
          tail.removeFirst();
        }
        tail.addLast(kept);
        onLine.accept(kept);
      }
    } catch (IOException e) {
      tail.addLast("(output lost: " + e.getMessage() + ")");
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
