package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Ids that the host's administrator has left to a user (subuid(5), subgid(5)). */
record SubordinateIds(long first, long count) {

  private static final Pattern LINE = Pattern.compile("([^:#]+):(\\d{1,10}):(\\d{1,10})");

  /**
   * The largest range of a user's; empty if there is none.
   *
   * @param file {@code /etc/subuid} or {@code /etc/subgid}
   */
  static Optional<SubordinateIds> in(Path file, String user, long uid) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(line -> LINE.matcher(line.strip()))
          .filter(Matcher::matches)
          .filter(m -> m.group(1).equals(user) || m.group(1).equals(Long.toString(uid)))
          .map(m -> new SubordinateIds(Long.parseLong(m.group(2)), Long.parseLong(m.group(3))))
          .max(Comparator.comparingLong(SubordinateIds::count));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
