package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Fields;
import dev.sandglass.common.Json;
import dev.sandglass.config.Edition;
import dev.sandglass.config.Trait;
import dev.sandglass.responses.ItemReader;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks the {@code content} of a message and brings it into its normal form: a list of parts. */
final class PartsParser {

  private static final int MAX_PARTS = 1000;
  private static final String CHAT_IMAGE = "(image_url)";
  private static final String CHAT_FILE = "(file)";

  private final Edition edition;

  PartsParser(Edition edition) {
    this.edition = edition;
  }

  ArrayNode parse(Fields message, boolean assistant) {
    ArrayNode parts = Json.MAPPER.createArrayNode();
    JsonNode content = message.any("content");
    if (content == null) {
      if (assistant && edition.has(Trait.CHAT_SHAPES)) {
        return parts;
      }
      throw ApiException.missing(message.path("content"));
    }
    if (content.isString()) {
      parts.add(text(assistant ? "output_text" : "input_text", content.stringValue()));
      return parts;
    }
    if (!content.isArray()) {
      throw ApiException.type(
          message.path("content"), "one of a string or an array", Fields.typeOf(content));
    }
    for (Fields part : message.objects("content", MAX_PARTS)) {
      parts.add(assistant ? said(part) : given(part));
    }
    return parts;
  }

  private ObjectNode said(Fields part) {
    String type = part.requiredString("type");
    return switch (guides(type, "text", "output_text")) {
      case "output_text" -> {
        part.onlyKnown("type", "text", "annotations", "logprobs");
        yield text("output_text", required(part, "text"));
      }
      case "refusal" -> {
        part.onlyKnown("type", "refusal");
        yield Json.MAPPER
            .createObjectNode()
            .put("type", "refusal")
            .put("refusal", required(part, "refusal"));
      }
      default ->
          throw ApiException.value(part.path("type"), type, List.of("output_text", "refusal"));
    };
  }

  /** The part types of Chat Completions stand for ours, where the edition knows them. */
  private String guides(String type, String chats, String ours) {
    return edition.has(Trait.CHAT_SHAPES) && type.equals(chats) ? ours : type;
  }

  private ObjectNode given(Fields part) {
    String type = part.requiredString("type");
    String known = guides(guides(type, "text", "input_text"), "image_url", CHAT_IMAGE);
    return switch (guides(known, "file", CHAT_FILE)) {
      case "input_text" -> {
        part.onlyKnown("type", "text", "prompt_cache_breakpoint");
        yield text("input_text", required(part, "text"));
      }
      case "input_image" -> image(part);
      case "input_file" -> file(part);
      case CHAT_IMAGE -> chatImage(part);
      case CHAT_FILE -> chatFile(part);
      case "input_audio" ->
          throw ApiException.unsupported(part.path("type"), "Audio is not available here.");
      default ->
          throw ApiException.value(
              part.path("type"), type, List.of("input_text", "input_image", "input_file"));
    };
  }

  private static ObjectNode image(Fields part) {
    part.onlyKnown("type", "image_url", "file_id", "detail", "prompt_cache_breakpoint");
    String url = part.string("image_url");
    String fileId = part.string("file_id");
    exactlyOne(part, "image_url", url, "file_id", fileId);
    String detail = part.oneOf("detail", "low", "high", "auto", "original");
    ObjectNode image = Json.MAPPER.createObjectNode();
    image.put("type", "input_image");
    image.put("detail", detail == null ? "auto" : detail);
    if (url != null) {
      image.put("image_url", checkedUrl(part.path("image_url"), url));
    } else {
      image.put("file_id", fileId);
    }
    return image;
  }

  private static ObjectNode chatImage(Fields part) {
    Fields inner = part.object("image_url");
    if (inner == null) {
      throw ApiException.missing(part.path("image_url"));
    }
    String detail = inner.oneOf("detail", "low", "high", "auto");
    ObjectNode image = Json.MAPPER.createObjectNode();
    image.put("type", "input_image");
    image.put("detail", detail == null ? "auto" : detail);
    image.put("image_url", checkedUrl(inner.path("url"), inner.requiredString("url")));
    return image;
  }

  private static ObjectNode chatFile(Fields part) {
    part.onlyKnown("type", "file", "prompt_cache_breakpoint");
    Fields inner = part.object("file");
    if (inner == null) {
      throw ApiException.missing(part.path("file"));
    }
    inner.onlyKnown("file_id", "file_data", "filename");
    return content(inner);
  }

  private static String checkedUrl(String at, String url) {
    if (url.startsWith("data:")) {
      if (!url.startsWith("data:image/")) {
        throw badData(at, "a data URL of an image");
      }
      decoded(at, url);
    } else if (!url.startsWith("https://") && !url.startsWith("http://")) {
      throw badData(at, "an http(s) or data URL");
    }
    return url;
  }

  private static ObjectNode file(Fields part) {
    part.onlyKnown(
        "type",
        "file_id",
        "file_data",
        "file_url",
        "filename",
        "detail",
        "prompt_cache_breakpoint");
    if (part.has("file_url")) {
      throw ApiException.unsupported(
          part.path("file_url"),
          "Sandglass fetches nothing from the network: upload the file and use 'file_id'.");
    }
    return content(part);
  }

  /** A file's id, or its content and name. */
  private static ObjectNode content(Fields part) {
    String fileId = part.string("file_id");
    String data = part.string("file_data");
    exactlyOne(part, "file_id", fileId, "file_data", data);
    ObjectNode file = Json.MAPPER.createObjectNode();
    file.put("type", "input_file");
    if (data != null) {
      decoded(part.path("file_data"), data);
      file.put("filename", part.string("filename", 255));
      file.put("file_data", data);
    } else {
      file.put("file_id", fileId);
    }
    return file;
  }

  private static void decoded(String at, String data) {
    try {
      if (ItemReader.decode(data).length == 0) {
        throw badData(at, "base64 of a file that isn't empty");
      }
    } catch (IllegalArgumentException e) {
      throw badData(at, "a data URL or base64");
    }
  }

  private static ApiException badData(String at, String expected) {
    return ApiException.invalid(
        "Invalid '" + at + "': expected " + expected + ".", "invalid_value", at);
  }

  private static void exactlyOne(
      Fields part, String a, @Nullable String first, String b, @Nullable String second) {
    long given = Stream.of(a, b).filter(part::has).count();
    if (given == 0) {
      throw ApiException.missing(part.path(b.equals("file_data") ? a : b));
    }
    if (first != null && second != null) {
      throw ApiException.invalid(
          "Only one of '" + part.path(a) + "' and '" + part.path(b) + "' may be given.",
          "mutually_exclusive_parameters",
          part.path());
    }
  }

  private static String required(Fields part, String name) {
    String value = part.string(name);
    if (value == null) {
      throw ApiException.missing(part.path(name));
    }
    return value;
  }

  private static ObjectNode text(String type, String text) {
    ObjectNode part = Json.MAPPER.createObjectNode();
    part.put("type", type);
    part.put("text", text);
    if (type.equals("output_text")) {
      part.putArray("annotations");
      part.putArray("logprobs");
    }
    return part;
  }
}
