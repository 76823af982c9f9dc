package dev.sandglass.model;

import dev.sandglass.common.Json;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A second look at arguments in which no code was found as they came. Pure. */
final class ArgumentRepair {

  private static final Pattern FENCED =
      Pattern.compile(
          "^\\s*(?:`{3,}|~{3,})[^\\n]*\\n([\\s\\S]*?)(?:\\n?[ \\t]*(?:`{3,}|~{3,})[\\s\\S]*)?$");

  /** {@code {"code": print(1)}}: Python in the place of a string. */
  private static final Pattern BARE_VALUE =
      Pattern.compile("^\\s*\\{\\s*[\"']?\\w+[\"']?\\s*:\\s*([\\s\\S]*?)\\s*\\}?\\s*$");

  private ArgumentRepair() {}

  /** The code, "" if there is none. */
  static String code(String arguments) {
    if (arguments.isBlank()) {
      return "";
    }
    try {
      return firstText(Json.MAPPER.readTree(arguments));
    } catch (JacksonException notJson) {
      Matcher fenced = FENCED.matcher(arguments);
      if (fenced.matches()) {
        return fenced.group(1);
      }
      Matcher bare = BARE_VALUE.matcher(arguments);
      return bare.matches() ? bare.group(1) : arguments.strip();
    }
  }

  private static String firstText(JsonNode node) {
    if (node.isString()) {
      return node.asString();
    }
    if (node.isArray()) {
      StringJoiner lines = new StringJoiner("\n");
      for (JsonNode line : node) {
        lines.add(line.isString() ? line.asString().replaceAll("\n$", "") : firstText(line));
      }
      return lines.toString();
    }
    String best = "";
    for (JsonNode value : node) {
      String text = firstText(value);
      if (text.length() > best.length()) {
        best = text;
      }
    }
    return best;
  }
}
