package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Bounds;
import dev.sandglass.common.Json;
import dev.sandglass.store.Page;
import dev.sandglass.store.PageRequest;
import java.math.BigInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Listings on the wire (openai-api.md 1.5): their query parameters and their envelope. */
final class Paging {

  /** As long as JSON's may be. */
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,1000}");

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
    if (!INTEGER.matcher(text).matches()) {
      throw ApiException.type("limit", "an integer", "a string");
    }
    BigInteger limit = new BigInteger(text);
    Bounds.integer("limit", limit, 1, maxLimit);
    return limit.intValueExact();
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
