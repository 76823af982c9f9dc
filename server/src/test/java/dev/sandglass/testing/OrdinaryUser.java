package dev.sandglass.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Runs tests in a process of a user who isn't root, and whom nobody but that process knows: the
 * entries that he needs in /etc are mounted in a namespace of its own, as is what he needs of
 * root's home. Nothing of it is left when it has ended.
 */
public final class OrdinaryUser {

  private static final String SCRIPT =
      """
      place=$1 home=$2; shift 2
      for file in passwd group; do cp /etc/$file "$place/$file"; done
      echo "ordinary:x:60777:60777::$place/home:/bin/sh" >> "$place/passwd"
      echo "ordinary:x:60777:" >> "$place/group"
      echo "${RANGE:-ordinary:1900000000:65536}" > "$place/subids"
      for file in passwd group; do mount --bind "$place/$file" /etc/$file; done
      for file in subuid subgid; do mount --bind "$place/subids" /etc/$file; done
      mkdir "$place/home" "$place/run" "$place/root"
      chmod 755 "$place"; chmod 700 "$place/run" "$place/home"
      chown 60777:60777 "$place/home" "$place/run"
      mount --bind "$home" "$place/root"
      mount -t tmpfs -o mode=755 tmpfs "$home"
      while [ "$1" != -- ]; do
        case $1 in "$home"/*)
          if [ -d "$place/root/${1#"$home"/}" ]; then
            mkdir -p "$1"; mount --rbind "$place/root/${1#"$home"/}" "$1"
          fi
        esac
        shift
      done
      shift; umount "$place/root"
      export HOME="$place/home" USER=ordinary XDG_RUNTIME_DIR="$place/run"
      exec setpriv --reuid 60777 --regid 60777 --clear-groups "$@"
      """;

  private OrdinaryUser() {}

  /** A command of that user's; what it says goes where its caller wants. */
  public static ProcessBuilder command(Path place, List<String> command) throws IOException {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "SKIPPED: only root can become another");
    Path home = Path.of(System.getProperty("user.home"));
    List<String> all =
        new ArrayList<>(
            List.of("unshare", "--mount", "--propagation", "private", "sh", "-ec", SCRIPT, "sh"));
    all.addAll(List.of(place.toString(), home.toString()));
    all.add(home.resolve(".m2").toString());
    all.add(Runc.cache().toString());
    all.add(Path.of("..").toRealPath().toString());
    all.add("--");
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all);
    builder.environment().put("SANDGLASS_CACHE", Runc.cache().toString());
    return builder;
  }

  /** Asserts that all tests of a class pass for that user, and that there are some. */
  public static void passes(Class<?> tests) throws Exception {
    Path image = Runc.required();
    Assertions.assertThat(image).exists();
    Path place = Files.createTempDirectory("sg");
    Path said = place.resolve("said");
    try {
      Process process =
          command(
                  place,
                  List.of(
                      ProcessHandle.current().info().command().orElseThrow(),
                      "-cp",
                      System.getProperty(
                          "surefire.real.class.path", System.getProperty("java.class.path")),
                      "-XX:+UseSerialGC",
                      "-Xmx512m",
                      "--enable-native-access=ALL-UNNAMED",
                      OrdinaryUser.class.getName(),
                      tests.getName()))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      int status = process.waitFor();
      Assertions.assertThat(status).as(() -> text(said)).isZero();
    } finally {
      new ProcessBuilder("rm", "-rf", place.toString()).start().waitFor();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** That user's process. */
  public static void main(String[] names) throws Exception {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Class.forName(names[0])))
                .build(),
            listener);
    var summary = listener.getSummary();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    summary.printTo(out);
    summary.printFailuresTo(out, 12);
    boolean passed = summary.getTotalFailureCount() == 0 && summary.getTestsSucceededCount() > 0;
    System.exit(passed ? 0 : 1);
  }
}
