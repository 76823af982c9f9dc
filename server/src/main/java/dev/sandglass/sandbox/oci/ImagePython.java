package dev.sandglass.sandbox.oci;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the image's Python is run where the image isn't the root: by the image's own loader, with the
 * image's own C library, so that nothing of it is the host's. Pure.
 *
 * @param rootfs the image's root file system
 */
record ImagePython(Path rootfs) {

  /** No user's packages, none of the current directory, no byte code written into the image. */
  private static final List<String> FLAGS = List.of("-sP", "-B");

  /** What {@link #fonts} is written to, in the directory for what libraries keep. */
  static final String FONTS = "fonts.conf";

  private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

  private Path libraries() {
    return rootfs.resolve(ARM ? "usr/lib/aarch64-linux-gnu" : "usr/lib/x86_64-linux-gnu");
  }

  /** The image's dynamic loader, which is a program too. */
  Path loader() {
    return libraries().resolve(ARM ? "ld-linux-aarch64.so.1" : "ld-linux-x86-64.so.2");
  }

  /**
   * A command line.
   *
   * @param loader {@link #loader} or what is to be run in its place
   * @param name what Python takes for its own path, and starts again for another process
   */
  List<String> command(Path loader, Path name, List<String> arguments) {
    List<String> command = new ArrayList<>(command(loader, name.toString()));
    command.addAll(FLAGS);
    command.addAll(arguments);
    return command;
  }

  private List<String> command(Path loader, String name) {
    return List.of(
        loader.toString(),
        "--inhibit-cache", // the host's, which names the host's libraries
        "--library-path",
        libraries().toString(),
        "--argv0",
        name,
        rootfs.resolve("usr/bin/python3").toString());
  }

  /**
   * The whole environment of a zygote: nothing of the server's, whose environment may hold keys.
   *
   * @param temporary a directory for what libraries keep while they are imported
   */
  Map<String, String> environment(Path temporary) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : SandboxPlan.ENVIRONMENT) {
      int equals = variable.indexOf('=');
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    environment.put("HOME", temporary.toString());
    environment.put("TMPDIR", temporary.toString());
    environment.put("MPLCONFIGDIR", temporary.resolve("matplotlib").toString());
    environment.put("IPYTHONDIR", temporary.resolve("ipython").toString());
    environment.put("PYTHONHOME", rootfs.resolve("usr").toString());
    environment.put("PYTHONTZPATH", rootfs.resolve("usr/share/zoneinfo").toString());
    environment.put("FONTCONFIG_FILE", temporary.resolve(FONTS).toString());
    environment.put("LOKY_MAX_CPU_COUNT", "1");
    return environment;
  }

  /** Where fontconfig finds the image's fonts, and keeps what it has found. */
  String fonts(Path temporary) {
    return """
    <?xml version="1.0"?>
    <fontconfig>
      <dir>%s</dir>
      <cachedir>%s</cachedir>
      <include ignore_missing="yes">%s</include>
    </fontconfig>
    """
        .formatted(
            escaped(rootfs.resolve("usr/share/fonts")),
            escaped(temporary.resolve("fontconfig")),
            escaped(rootfs.resolve("etc/fonts/conf.d")));
  }

  private static String escaped(Path path) {
    return path.toString().replace("&", "&amp;").replace("<", "&lt;");
  }

  /**
   * A script that stands for Python where a process is to be started from code (joblib).
   *
   * @param source of the Python that runs inside
   */
  String script(Path itself, Path source) {
    StringBuilder script = new StringBuilder("#!/bin/sh\nPYTHONPATH=");
    script
        .append(quoted(source.resolve("sandglass_sandbox/started").toString()))
        .append(" PYTHONHOME=")
        .append(quoted(rootfs.resolve("usr").toString()))
        .append(" exec");
    command(loader(), itself.toString()).forEach(word -> script.append(' ').append(quoted(word)));
    return script.append(" \"$@\"\n").toString();
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
