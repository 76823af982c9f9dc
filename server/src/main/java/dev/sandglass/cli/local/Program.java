package dev.sandglass.cli.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This program: where its sources and its build are, and how to start it again as another process.
 */
public final class Program {

  private Program() {}

  /** The clone's root directory; the working directory if not started by {@code ./sandglass}. */
  public static Path root() {
    return Path.of(System.getProperty("sandglass.root", ".")).toAbsolutePath().normalize();
  }

  /** The build's identity: the key of its sources. */
  public static String build() {
    Path home = Path.of(System.getProperty("sandglass.home", "development"));
    return String.valueOf(home.getFileName());
  }

  /** The command line that runs this program with other arguments, as a long-lived server. */
  static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String name : List.of("sandglass.root", "sandglass.home")) {
      @Nullable String value = System.getProperty(name);
      if (value != null) {
        command.add("-D" + name + "=" + value);
      }
    }
    command.addAll(ofBuild(Path.of(System.getProperty("sandglass.home", "development"))));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.sandglass.cli.Main"));
    command.addAll(arguments);
    return command;
  }

  /** What a build has for the JVM: its options, and classes loaded ahead of time. */
  private static List<String> ofBuild(Path home) {
    List<String> options = new ArrayList<>();
    Path file = home.resolve("jvm/server.options");
    if (Files.exists(file)) {
      options.add("@" + file);
    }
    Path loaded = home.resolve("sandglass.aot");
    if (Files.exists(loaded)) {
      options.add("-XX:AOTCache=" + loaded);
    }
    return options;
  }
}
