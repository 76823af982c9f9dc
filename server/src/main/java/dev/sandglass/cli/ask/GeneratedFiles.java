package dev.sandglass.cli.ask;

import dev.sandglass.cli.local.ApiClient;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Saves the files that an answer cites. */
final class GeneratedFiles {

  /** Controls, formatting, halves of surrogates, line ends of Unicode's. */
  private static final String UNSAFE = "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\\\]";

  /** Linux's limit for one name is 255 bytes; some are left for {@code " (2)"}. */
  private static final int LONGEST = 240;

  private static final int LONGEST_ENDING = 16;

  private final ApiClient api;
  private final Path directory;

  GeneratedFiles(ApiClient api, Path directory) {
    this.api = api;
    this.directory = directory;
  }

  private record Cited(String container, String file, String filename) {}

  /**
   * Downloads every cited file once and returns where they are; files of these names from earlier
   * are replaced.
   */
  List<Path> save(JsonNode response) throws InterruptedException {
    List<Path> saved = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Cited cited : cited(response)) {
      Path target = directory.resolve(safeName(cited.filename(), taken));
      try (InputStream in = api.containerFile(cited.container(), cited.file())) {
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, ".download", null);
        try {
          Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
          Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
          Files.deleteIfExists(part);
        }
      } catch (IOException e) {
        throw new SandglassException(
            Kind.UNAVAILABLE, "can't save " + target + ": " + e.getMessage(), e);
      }
      saved.add(target);
    }
    return saved;
  }

  private static List<Cited> cited(JsonNode response) {
    Map<String, Cited> byId = new LinkedHashMap<>();
    for (JsonNode item : response.path("output")) {
      for (JsonNode part : item.path("content")) {
        for (JsonNode a : part.path("annotations")) {
          if (a.path("type").asString("").equals("container_file_citation")) {
            String id = a.path("file_id").asString("");
            byId.putIfAbsent(
                id,
                new Cited(
                    a.path("container_id").asString(""), id, a.path("filename").asString(id)));
          }
        }
      }
    }
    return List.copyOf(byId.values());
  }

  /**
   * The name comes from sandboxed code: only its last segment counts, and it can't be hidden, leave
   * the directory, replace another of the answer's files, or speak to the terminal.
   */
  private static String safeName(String filename, Set<String> taken) {
    String name = filename.substring(filename.lastIndexOf('/') + 1).replaceAll(UNSAFE, "_").strip();
    if (name.isEmpty() || name.startsWith(".")) {
      name = "file" + name;
    }
    int dot = name.lastIndexOf('.');
    String end = dot > 0 && name.length() - dot <= LONGEST_ENDING ? name.substring(dot) : "";
    String stem = name.substring(0, name.length() - end.length());
    while (bytes(stem + end) > LONGEST) {
      stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
    }
    String free = stem + end;
    for (int count = 2; !taken.add(free); count++) {
      free = stem + " (" + count + ")" + end;
    }
    return free;
  }

  private static int bytes(String s) {
    return s.getBytes(StandardCharsets.UTF_8).length;
  }
}
