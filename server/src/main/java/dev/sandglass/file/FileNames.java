package dev.sandglass.file;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the name of an upload harmless: it becomes a name in {@code /mnt/data}, is shown to people
 * and to a model. What is ordinary stays as it is, in any script.
 */
public final class FileNames {

  /** Linux's limit for one name is 255 bytes; some are left for {@code " (2)"}. */
  static final int MAX_BYTES = 240;

  private FileNames() {}

  /**
   * The last segment of the name, without control and formatting characters, bounded; {@code
   * upload} if nothing is left.
   */
  public static String harmless(@Nullable String name) {
    if (name == null) {
      return "upload";
    }
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    String visible =
        Normalizer.normalize(last, Normalizer.Form.NFC)
            .codePoints()
            .filter(FileNames::allowed)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
            .strip();
    String bounded = bounded(visible);
    return bounded.isEmpty() || bounded.equals(".") || bounded.equals("..") ? "upload" : bounded;
  }

  /** A harmless name with something before it, bounded again. */
  public static String prefixed(String prefix, String name) {
    return bounded(prefix + name);
  }

  private static boolean allowed(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      // Formatting characters reverse or hide text; emoji need the joiner (U+200D).
      case Character.FORMAT -> c == 0x200d;
      default -> true;
    };
  }

  private static String bounded(String name) {
    if (bytes(name) <= MAX_BYTES) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    String extension = dot > 0 && name.length() - dot <= 16 ? name.substring(dot) : "";
    String stem = name.substring(0, name.length() - extension.length());
    while (bytes(stem + extension) > MAX_BYTES) {
      stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
    }
    return stem + extension;
  }

  private static int bytes(String s) {
    return s.getBytes(StandardCharsets.UTF_8).length;
  }
}
