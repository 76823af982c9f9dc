package dev.sandglass.container;

import dev.sandglass.common.Ids;
import dev.sandglass.config.Edition;
import dev.sandglass.config.Trait;
import dev.sandglass.file.FileNames;
import dev.sandglass.file.StoredFile;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * By which name a user's file appears in {@code /mnt/data}, and by which other one it opens too:
 * code is written for the guide's names and for the hosted service's (openai-api.md 2.4). Only the
 * first one shows: two would be read twice by a glob.
 */
final class InputName {

  private static final int HEX_DIGITS = 32;

  /** Another name, made when code mentions {@code mention}. */
  record Other(String mention, String name) {}

  private InputName() {}

  /** The name of a copy of a file of the Files API. */
  static String of(Edition edition, StoredFile file) {
    return edition.has(Trait.PLAIN_NAMES)
        ? file.filename()
        : FileNames.prefixed(file.id() + "-", file.filename());
  }

  /** The name of a file that was uploaded into the container. */
  static String ofUpload(Edition edition, String filename) {
    if (edition.has(Trait.PLAIN_NAMES)) {
      return filename;
    }
    byte[] random = new byte[HEX_DIGITS / 2];
    ThreadLocalRandom.current().nextBytes(random);
    return FileNames.prefixed(HexFormat.of().formatHex(random) + "-", filename);
  }

  /** Whether this code can mention another name at all; spares looking for the files. */
  static boolean mayBeMentioned(Edition edition, String code) {
    return !edition.has(Trait.PLAIN_NAMES) || code.contains(Ids.FILE_PREFIX);
  }

  /** The other name of a file, if it has one. */
  static @Nullable Other other(Edition edition, ContainerFile file) {
    String id = file.fileId();
    String name = file.filename();
    if (file.source() != ContainerFile.Source.USER) {
      return null;
    }
    if (edition.has(Trait.PLAIN_NAMES)) {
      return id == null ? null : new Other(id + "-", FileNames.prefixed(id + "-", name));
    }
    int prefix = (id == null ? HEX_DIGITS : id.length()) + 1;
    return name.length() <= prefix
        ? null
        : new Other(name.substring(prefix), name.substring(prefix));
  }
}
