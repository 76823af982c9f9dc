package dev.sandglass.cli.ask;

import dev.sandglass.cli.local.ApiClient;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Saves the files that an answer cites. */
final class GeneratedFiles {

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
    Map<String, Integer> names = new HashMap<>();
    for (Cited cited : cited(response)) {
      Path target = directory.resolve(safeName(cited.filename(), names));
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
   * The name comes from sandboxed code: only its last segment counts, and it can't be hidden or
   * leave the directory.
   */
  private static String safeName(String filename, Map<String, Integer> names) {
    String name =
        filename
            .substring(filename.lastIndexOf('/') + 1)
            .replaceAll("[\\p{Cntrl}\\p{Cf}\\\\]", "_");
    if (name.isBlank() || name.startsWith(".")) {
      name = "file" + name;
    }
    int count = names.merge(name, 1, Integer::sum);
    if (count == 1) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    return dot > 0
        ? name.substring(0, dot) + " (" + count + ")" + name.substring(dot)
        : name + " (" + count + ")";
  }
}
