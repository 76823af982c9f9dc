package dev.sandglass.model;

import dev.sandglass.common.Json;
import dev.sandglass.model.TranscriptEntry.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The parts of a Chat Completions request that both dialects write alike. Pure. */
final class ChatRequests {

  private ChatRequests() {}

  /** A request without messages. What the client's {@code extra} names never replaces ours. */
  static ObjectNode of(String model, StepRequest step, @Nullable Double defaultTemperature) {
    ObjectNode request = Json.MAPPER.createObjectNode();
    for (var extra : step.extra().properties()) {
      request.set(extra.getKey(), extra.getValue());
    }
    request.put("model", model);
    Double temperature = step.temperature() == null ? defaultTemperature : step.temperature();
    if (temperature != null) {
      request.put("temperature", temperature);
    }
    if (step.topP() != null) {
      request.put("top_p", step.topP());
    }
    if (step.maxOutputTokens() != null) {
      request.put("max_tokens", step.maxOutputTokens());
    }
    return request;
  }

  static ObjectNode message(String role, String content) {
    return Json.MAPPER.createObjectNode().put("role", role).put("content", content);
  }

  /** The words of a user's message; images become a note for models that can't see. */
  static String words(List<Part> parts) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (!text.isEmpty()) {
        text.append("\n\n");
      }
      text.append(
          switch (part) {
            case Part.Text(String words) -> words;
            case Part.Image(String url, String detail) ->
                "(An image came with this message; this model cannot see images.)";
          });
    }
    return text.toString();
  }

  /** A message's content: a string, or parts if there are images and the model sees. */
  static JsonNode content(String before, List<Part> parts, boolean vision) {
    boolean images = vision && parts.stream().anyMatch(Part.Image.class::isInstance);
    if (!images) {
      return Json.MAPPER.getNodeFactory().stringNode(before + words(parts));
    }
    ArrayNode content = Json.MAPPER.createArrayNode();
    if (!before.isEmpty()) {
      content.addObject().put("type", "text").put("text", before.strip());
    }
    for (Part part : parts) {
      switch (part) {
        case Part.Text(String words) -> content.addObject().put("type", "text").put("text", words);
        case Part.Image(String url, String detail) -> image(content, url, detail);
      }
    }
    return content;
  }

  static void image(ArrayNode content, String url, String detail) {
    ObjectNode image = content.addObject().put("type", "image_url").putObject("image_url");
    image.put("url", url);
    if (!detail.isEmpty()) {
      image.put("detail", detail);
    }
  }
}
