package dev.sandglass.sandbox.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * For what a report holds: this Linux kernel, runtime, image, configuration, code of the walls, and
 * probes. Another of any of them makes another key.
 */
public final class ProbeKey {

  private static final int DIGITS = 24;
  private static final Path KERNEL = Path.of("/proc/version");

  private ProbeKey() {}

  /**
   * The key, a few hexadecimal digits.
   *
   * @param runtime the OCI runtime's program
   * @param code what runs inside ({@code sandbox/src})
   * @param settings the sandbox's, as text
   * @param plan the outer wall as it would be written for the runtime
   */
  public static String of(
      Path runtime,
      String imageDigest,
      Path code,
      String settings,
      String plan,
      ProbeSources probes)
      throws IOException {
    MessageDigest digest = sha256();
    add(digest, Files.readAllBytes(KERNEL));
    add(digest, Files.readAllBytes(runtime));
    for (String text : List.of(imageDigest, settings, plan)) {
      add(digest, text.getBytes(StandardCharsets.UTF_8));
    }
    try (Stream<Path> files = Files.walk(code)) {
      for (Path file : files.filter(p -> p.toString().endsWith(".py")).sorted().toList()) {
        add(digest, Files.readAllBytes(file));
      }
    }
    for (Map.Entry<String, byte[]> file : probes.files().entrySet()) {
      add(digest, file.getValue());
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }

  private static void add(MessageDigest digest, byte[] bytes) {
    digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
