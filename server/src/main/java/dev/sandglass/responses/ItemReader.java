package dev.sandglass.responses;

import dev.sandglass.responses.InputItem.Role;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads items that have been checked before: the request's, in the normal form that the API gives
 * them, and stored ones, input and output alike.
 */
public final class ItemReader {

  /** Says of a message, in its normal form, which response's it is; not part of the wire. */
  public static final String REPLY = "sandglass_reply";

  private ItemReader() {}

  /** {@code at} is where in the request the item stands, for errors found later. */
  public static InputItem read(ObjectNode json, String at) {
    return switch (text(json, "type")) {
      case "message" -> message(json);
      case "code_interpreter_call" -> call(json);
      case "item_reference" -> new InputItem.Reference(text(json, "id"), at, json);
      default -> new InputItem.Ignored(json);
    };
  }

  private static InputItem message(ObjectNode json) {
    Role role = Role.valueOf(text(json, "role").toUpperCase(Locale.ROOT));
    InputItem.Message message = new InputItem.Message(role, parts(json), json);
    JsonNode reply = json.path(REPLY);
    return reply.isObject()
        ? new InputItem.GivenBack(
            text(reply, "response_id"), reply.path("container_id").asString(null), message, json)
        : message;
  }

  private static List<ContentPart> parts(ObjectNode message) {
    List<ContentPart> parts = new ArrayList<>();
    for (JsonNode part : message.path("content")) {
      parts.add(part(part));
    }
    return List.copyOf(parts);
  }

  private static ContentPart part(JsonNode part) {
    return switch (text(part, "type")) {
      case "input_image" -> {
        String detail = part.path("detail").asString("auto");
        yield part.hasNonNull("file_id")
            ? new ContentPart.ImageFile(text(part, "file_id"), detail)
            : new ContentPart.ImageUrl(text(part, "image_url"), detail);
      }
      case "input_file" ->
          part.hasNonNull("file_id")
              ? new ContentPart.FileId(text(part, "file_id"))
              : new ContentPart.FileData(
                  part.path("filename").asString(null), decode(text(part, "file_data")));
      case "refusal" -> new ContentPart.Text(text(part, "refusal"));
      default -> new ContentPart.Text(text(part, "text"));
    };
  }

  /**
   * The bytes of a data URL or of bare base64.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static byte[] decode(String fileData) {
    int comma = fileData.startsWith("data:") ? fileData.indexOf(',') : -1;
    if (comma >= 0 && !fileData.substring(0, comma).endsWith(";base64")) {
      throw new IllegalArgumentException("a data URL without ;base64");
    }
    String base64 = fileData.substring(comma + 1).replaceAll("\\s", "");
    return Base64.getDecoder().decode(base64);
  }

  private static InputItem call(ObjectNode json) {
    String seen = json.path(ItemView.SEEN).asString(null);
    String status = text(json, "status");
    boolean failed = status.equals("failed") || status.equals("incomplete");
    return new InputItem.Call(
        text(json, "id"),
        text(json, "code"),
        text(json, "container_id"),
        seen != null ? seen : logs(json),
        failed,
        json);
  }

  /** The logs of all outputs, or null if they weren't given. */
  private static @Nullable String logs(ObjectNode call) {
    if (!call.path("outputs").isArray()) {
      return null;
    }
    return call.path("outputs").values().stream()
        .map(o -> text(o, "logs"))
        .filter(l -> !l.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}
