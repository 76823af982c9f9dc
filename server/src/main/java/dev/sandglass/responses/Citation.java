package dev.sandglass.responses;

import dev.sandglass.common.Json;
import dev.sandglass.container.ContainerFile;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code container_file_citation} (openai-api.md 4.8).
 *
 * @param start in Unicode code points of the message's text
 * @param end exclusive; {@code 0..0} for a file that the text doesn't link to
 */
record Citation(String containerId, String fileId, String filename, int start, int end) {

  static Citation link(ContainerFile file, int start, int end) {
    return new Citation(file.containerId(), file.id(), file.filename(), start, end);
  }

  static Citation whole(ContainerFile file) {
    return new Citation(file.containerId(), file.id(), file.filename(), 0, 0);
  }

  /** An image that was displayed: named after itself. */
  static Citation displayed(ContainerFile image) {
    return new Citation(image.containerId(), image.id(), image.id() + ".png", 0, 0);
  }

  ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("type", "container_file_citation");
    json.put("container_id", containerId);
    json.put("end_index", end);
    json.put("file_id", fileId);
    json.put("filename", filename);
    json.put("start_index", start);
    return json;
  }
}
