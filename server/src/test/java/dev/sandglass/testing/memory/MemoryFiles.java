package dev.sandglass.testing.memory;

import dev.sandglass.sandbox.SandboxContainer.FileStat;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The files of a container: bytes by path below {@code /mnt/data}. Thread-safe. */
final class MemoryFiles {

  private static final String ROOT = "/mnt/data/";

  private record File(byte[] content, long version) {}

  private final TreeMap<String, File> files = new TreeMap<>();
  private final TreeMap<String, String> aliases = new TreeMap<>();
  private long changes;

  synchronized FileStat put(String path, byte[] content) {
    changes++;
    files.put(path, new File(content, changes));
    return stat(path).orElseThrow();
  }

  /** The content, also by an alias or an absolute path; null if there is no such file. */
  synchronized byte @Nullable [] find(String path) {
    String relative = path.startsWith(ROOT) ? path.substring(ROOT.length()) : path;
    File file = files.get(aliases.getOrDefault(relative, relative));
    return file == null ? null : file.content();
  }

  byte[] get(String path) {
    byte[] content = find(path);
    if (content == null) {
      throw new SandboxException(Reason.NOT_FOUND, "there is no file " + path);
    }
    return content;
  }

  synchronized boolean has(String path) {
    return files.containsKey(path);
  }

  synchronized boolean remove(String path) {
    return files.remove(path) != null;
  }

  synchronized void alias(String path, String alias) {
    get(path);
    aliases.put(alias, path);
  }

  synchronized List<FileStat> list(int limit) {
    return files.entrySet().stream().limit(limit).map(MemoryFiles::stat).toList();
  }

  synchronized Optional<FileStat> stat(String path) {
    File file = files.get(path);
    return file == null ? Optional.empty() : Optional.of(stat(Map.entry(path, file)));
  }

  private static FileStat stat(Map.Entry<String, File> e) {
    return new FileStat(
        e.getKey(), e.getValue().content().length, Long.toString(e.getValue().version()));
  }
}
