package dev.sandglass.sandbox.probe;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxContainer.Collision;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The probes' Python ({@code sandbox/probes}), which goes into a container as files. */
public final class ProbeSources {

  private static final String FOLDER = "probes/";

  private final Map<String, byte[]> files;

  private ProbeSources(Map<String, byte[]> files) {
    this.files = files;
  }

  /**
   * All Python files of a directory.
   *
   * @throws SandglassException if there are none
   */
  public static ProbeSources read(Path directory) {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : all.filter(p -> p.toString().endsWith(".py")).toList()) {
        files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "The sandbox's probes are not at " + directory + ".", e);
    }
    return new ProbeSources(files);
  }

  /** Name → content, in the names' order. */
  Map<String, byte[]> files() {
    return files;
  }

  void putInto(SandboxContainer container) throws IOException, InterruptedException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      container.write(
          FOLDER + file.getKey(), new ByteArrayInputStream(file.getValue()), Collision.REPLACE);
    }
  }
}
