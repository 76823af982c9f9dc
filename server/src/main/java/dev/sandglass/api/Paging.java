package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Json;
import dev.sandglass.store.Page;
import dev.sandglass.store.PageRequest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Listings on the wire (openai-api.md 1.5): their query parameters and their envelope. */
final class Paging {

  private Paging() {}

  static PageRequest request(Exchange x, int defaultLimit, int maxLimit) {
    return new PageRequest(
        limit(x, defaultLimit, maxLimit), descending(x), blankAsNull(x.query("after")));
  }

  private static int limit(Exchange x, int defaultLimit, int maxLimit) {
    @Nullable String text = blankAsNull(x.query("limit"));
    if (text == null) {
      return defaultLimit;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit < 1) {
        throw ApiException.invalid(
            "Invalid 'limit': integer below minimum value. Expected a value >= 1, but got "
                + limit
                + " instead.",
            "integer_below_min_value",
            "limit");
      }
      if (limit > maxLimit) {
        throw ApiException.invalid(
            "Invalid 'limit': integer above maximum value. Expected a value <= "
                + maxLimit
                + ", but got "
                + limit
                + " instead.",
            "integer_above_max_value",
            "limit");
      }
      return limit;
    } catch (NumberFormatException e) {
      throw ApiException.type("limit", "an integer", "a string");
    }
  }

  private static boolean descending(Exchange x) {
    @Nullable String order = blankAsNull(x.query("order"));
    if (order == null || order.equals("desc")) {
      return true;
    }
    if (order.equals("asc")) {
      return false;
    }
    throw ApiException.value("order", order, java.util.List.of("asc", "desc"));
  }

  private static @Nullable String blankAsNull(@Nullable String s) {
    return s == null || s.isBlank() ? null : s;
  }

  static <T> ObjectNode envelope(Page<T> page, Function<T, ObjectNode> toWire) {
    ObjectNode root = Json.MAPPER.createObjectNode().put("object", "list");
    ArrayNode data = root.putArray("data");
    page.data().forEach(item -> data.add(toWire.apply(item)));
    root.put("first_id", data.isEmpty() ? null : data.get(0).path("id").asString(""));
    root.put("last_id", data.isEmpty() ? null : data.get(data.size() - 1).path("id").asString(""));
    return root.put("has_more", page.hasMore());
  }
}
