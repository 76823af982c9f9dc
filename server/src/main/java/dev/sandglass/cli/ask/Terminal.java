package dev.sandglass.cli.ask;

/**
 * Whether colours and redrawing make sense: on a terminal, unless the user says otherwise
 * (no-color.org).
 */
public final class Terminal {

  private Terminal() {}

  public static boolean stdout() {
    return usable(1);
  }

  public static boolean stderr() {
    return usable(2);
  }

  private static boolean usable(int fd) {
    String noColor = System.getenv().getOrDefault("NO_COLOR", "");
    String term = System.getenv().getOrDefault("TERM", "dumb");
    return noColor.isEmpty() && !term.equals("dumb") && isTerminal(fd);
  }

  /** Java tells only of stdin and stdout together; Linux tells of each (proc(5), /proc/pid/fd). */
  private static boolean isTerminal(int fd) {
    try {
      String target =
          java.nio.file.Files.readSymbolicLink(java.nio.file.Path.of("/proc/self/fd/" + fd))
              .toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (java.io.IOException e) {
      return false;
    }
  }
}
