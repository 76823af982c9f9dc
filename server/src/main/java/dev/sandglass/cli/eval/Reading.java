package dev.sandglass.cli.eval;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What a finished response of the API says: its text, its cells, what it produced. Pure functions.
 */
final class Reading {

  private static final String DATA = "data:";

  private Reading() {}

  /** A file that the response cites. */
  record Cited(String container, String file, String name) {}

  static String text(JsonNode response) {
    StringBuilder text = new StringBuilder();
    for (JsonNode item : response.path("output")) {
      for (JsonNode part : item.path("content")) {
        String piece = part.path("text").asString("");
        text.append(text.isEmpty() || piece.isEmpty() ? "" : "\n").append(piece);
      }
    }
    return text.toString();
  }

  /** Each cell's code, then what it printed. */
  static List<String> cells(JsonNode response) {
    List<String> cells = new ArrayList<>();
    for (JsonNode item : response.path("output")) {
      if (isCall(item)) {
        StringBuilder cell = new StringBuilder(item.path("code").asString(""));
        for (JsonNode output : item.path("outputs")) {
          cell.append("\n--> ").append(output.path("logs").asString("image"));
        }
        cells.add(cell.toString());
      }
    }
    return cells;
  }

  static Set<String> containers(JsonNode response) {
    Set<String> ids = new LinkedHashSet<>();
    for (JsonNode item : response.path("output")) {
      if (isCall(item) && item.path("container_id").isString()) {
        ids.add(item.path("container_id").asString());
      }
    }
    return ids;
  }

  static Set<Cited> cited(JsonNode response) {
    Set<Cited> cited = new LinkedHashSet<>();
    for (JsonNode item : response.path("output")) {
      for (JsonNode part : item.path("content")) {
        for (JsonNode note : part.path("annotations")) {
          if (note.path("type").asString("").equals("container_file_citation")) {
            cited.add(
                new Cited(
                    note.path("container_id").asString(""),
                    note.path("file_id").asString(""),
                    note.path("filename").asString("")));
          }
        }
      }
    }
    return cited;
  }

  /** Images shown by cells, which the outputs carry as data URLs. */
  static List<Produced> shown(JsonNode response) {
    List<Produced> images = new ArrayList<>();
    for (JsonNode item : response.path("output")) {
      for (JsonNode output : item.path("outputs")) {
        String url = output.path("url").asString("");
        int comma = url.indexOf(',');
        if (url.startsWith(DATA) && comma > 0) {
          byte[] bytes = Base64.getDecoder().decode(url.substring(comma + 1));
          images.add(Produced.of("shown-" + (images.size() + 1), bytes));
        }
      }
    }
    return images;
  }

  private static boolean isCall(JsonNode item) {
    return item.path("type").asString("").equals("code_interpreter_call");
  }
}
