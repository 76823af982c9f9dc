package dev.sandglass.sandbox.oci;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where gVisor's runsc is: one in PATH that is recent enough, or the one that setup fetches. */
public final class RunscProgram {

  /**
   * The day of the oldest one that is known to work (Debian 13's). Debian 12's has neither systrap
   * nor copies of sandboxes.
   */
  public static final int OLDEST = 20240729;

  private static final Pattern VERSION = Pattern.compile("runsc version \\D*(?:0\\.0~)?(\\d{8}).*");

  private RunscProgram() {}

  /** Where setup puts it (sandbox/image/runsc.sh), by what it is. */
  public static Path inCache(Path cache) {
    return cache.resolve("runsc/ce52e04038baa76d/runsc");
  }

  public static Optional<Path> find(Path cache) {
    return inPath().or(() -> Optional.of(inCache(cache)).filter(Files::isExecutable));
  }

  private static Optional<Path> inPath() {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/bin:/usr/bin";
    return Arrays.stream(path.split(File.pathSeparator))
        .map(dir -> Path.of(dir.isEmpty() ? "." : dir, "runsc"))
        .filter(Files::isExecutable)
        .filter(program -> isRecent(version(program)))
        .findFirst();
  }

  /** Whether that is what a runsc says of itself which is new enough. */
  static boolean isRecent(String said) {
    Matcher m = VERSION.matcher(said);
    return m.matches() && Integer.parseInt(m.group(1)) >= OLDEST;
  }

  private static String version(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.destroy();
      return said.lines().findFirst().orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
