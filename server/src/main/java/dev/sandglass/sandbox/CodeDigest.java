package dev.sandglass.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/** A digest of what runs in containers: the same for the same parts in the same order. */
public final class CodeDigest {

  private static final int DIGITS = 24;

  private final MessageDigest digest;

  public CodeDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  public CodeDigest add(byte[] bytes) {
    digest.update(Integer.toString(bytes.length).getBytes(UTF_8));
    digest.update(bytes);
    return this;
  }

  public CodeDigest add(String text) {
    return add(text.getBytes(UTF_8));
  }

  /** The Python files below a directory. */
  public CodeDigest addSources(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(p -> p.toString().endsWith(".py")).sorted().toList()) {
        add(Files.readAllBytes(file));
      }
    }
    return this;
  }

  /** A few hexadecimal digits. */
  public String text() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }
}
