package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The processes of a sandbox that has no namespace to be known by: its zygote is started with a
 * variable in its environment that nobody else has, and each process that comes of it shows the
 * same one in /proc, whoever its parent is by now. Code that wants to get rid of it can.
 */
final class Marked {

  static final String VARIABLE = "SANDGLASS_SANDBOX";
  private static final Path PROC = Path.of("/proc");
  private static final Duration GONE = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 2;

  private Marked() {}

  /** The variable for a sandbox with that run directory. */
  static Map.Entry<String, String> as(Path run) {
    return Map.entry(VARIABLE, run.toString());
  }

  /** Those that run. */
  static List<ProcessHandle> of(Path run) throws IOException {
    String mark = "\0" + VARIABLE + "=" + run + "\0";
    List<ProcessHandle> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        try {
          byte[] told = Files.readAllBytes(process.resolve("environ"));
          if (("\0" + new String(told, StandardCharsets.ISO_8859_1)).contains(latin(mark))) {
            ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                .ifPresent(found::add);
          }
        } catch (IOException e) {
          // Another user's, or it has ended.
        }
      }
    }
    return found;
  }

  private static String latin(String mark) {
    return new String(mark.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** Ends them, and waits until there are none. */
  static void end(Path run) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + GONE.toNanos();
    for (List<ProcessHandle> left = of(run); !left.isEmpty(); left = of(run)) {
      if (System.nanoTime() > deadline) {
        throw new IOException(left.size() + " processes of " + run + " don't end");
      }
      left.forEach(ProcessHandle::destroyForcibly);
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
