package dev.sandglass.responses;

import dev.sandglass.container.ContainerFile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What came of a cell, as the guide's {@code tool_outputs} tell it; kept with the call's item under
 * names of our own, which never show ({@link ItemView}).
 *
 * @param error one line that says what went wrong, the exception's last; null if nothing did
 * @param files what the cell made or changed, then the images that it displayed
 */
record CallReport(@Nullable String error, List<File> files) {

  /** A generated file. */
  record File(String id, String filename, String path, long bytes) {
    static File of(ContainerFile f) {
      return new File(f.id(), f.filename(), f.path(), f.bytes());
    }
  }

  static final String KEY = "sandglass_report";

  CallReport {
    files = List.copyOf(files);
  }

  static CallReport failed(@Nullable String error) {
    return new CallReport(error, List.of());
  }

  /** What was kept with an item; of one given back by a client nothing is. */
  static CallReport of(ObjectNode item) {
    JsonNode kept = item.path(KEY);
    List<File> files = new ArrayList<>();
    for (JsonNode f : kept.path("files")) {
      files.add(
          new File(
              f.path("file_id").asString(""),
              f.path("filename").asString(""),
              f.path("path").asString(""),
              f.path("bytes").asLong(0)));
    }
    return new CallReport(kept.path("error").asString(null), files);
  }

  void keepIn(ObjectNode item) {
    writeTo(item.putObject(KEY), null);
  }

  /** Writes {@code error} and {@code files}. */
  void writeTo(ObjectNode to, @Nullable String containerId) {
    to.put("error", error);
    ArrayNode list = to.putArray("files");
    for (File f : files) {
      ObjectNode file = list.addObject();
      file.put("file_id", f.id());
      file.put("filename", f.filename());
      file.put("path", f.path());
      file.put("bytes", f.bytes());
      if (containerId != null) {
        file.put("container_id", containerId);
      }
    }
  }
}
