package dev.sandglass.api;

import dev.sandglass.billing.Usage;
import dev.sandglass.common.ApiException;
import dev.sandglass.common.Bounds;
import dev.sandglass.common.Nearest;
import dev.sandglass.common.Text;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query of a question about usage, read strictly (openai-api.md 4.9, 8): a name that isn't
 * known would otherwise be a filter that doesn't filter. For one thread.
 */
final class UsageParameters {

  private static final List<String> ALWAYS =
      List.of("start_time", "end_time", "limit", "page", "group_by");
  private static final String CURSOR = "page_";

  /** The year 9999's end. */
  private static final long LAST = 253_402_300_799L;

  private final Exchange x;
  private final Instant now;

  UsageParameters(Exchange x, Instant now) {
    this.x = x;
    this.now = now;
  }

  /** Refuses whatever is neither among {@code names} nor known to every question. */
  void onlyKnown(String... names) {
    List<String> known = new ArrayList<>(ALWAYS);
    known.addAll(List.of(names));
    for (String given : x.queryNames()) {
      String name = given.endsWith("[]") ? given.substring(0, given.length() - 2) : given;
      if (!known.contains(name)) {
        throw ApiException.unknown(
            Text.shown(name),
            Nearest.of(name, known).map(n -> "Did you mean '" + n + "'?").orElse(""));
      }
    }
  }

  /** What the results are told apart by. */
  Set<String> groups(String... supported) {
    Set<String> groups = new LinkedHashSet<>();
    for (String group : x.queryAll("group_by")) {
      if (!List.of(supported).contains(group)) {
        throw ApiException.value("group_by", group, List.of(supported));
      }
      groups.add(group);
    }
    return groups;
  }

  /** The question, about the caller's own project whatever is asked. */
  Usage.Query query(Map<String, UsageResource.Width> widths, Set<Usage.Group> groups) {
    Instant start = required("start_time");
    @Nullable Instant given = time("end_time");
    if (given != null && !start.isBefore(given)) {
      throw ApiException.invalid(
          "Invalid 'end_time': expected a time after 'start_time', but got "
              + given.getEpochSecond()
              + " instead.",
          "invalid_value",
          "end_time");
    }
    UsageResource.Width width = width(widths);
    // Without an end: until now, what has begun in this very second included.
    Instant end = given != null ? given : Instant.ofEpochSecond(now.getEpochSecond() + 1);
    return new Usage.Query(
        from(start, end),
        end,
        width.width(),
        projects(),
        filter("api_key_ids"),
        groups,
        limit(width));
  }

  private UsageResource.Width width(Map<String, UsageResource.Width> widths) {
    @Nullable String text = x.query("bucket_width");
    String name = text == null ? "1d" : text;
    UsageResource.@Nullable Width width = widths.get(name);
    if (width == null) {
      throw ApiException.value("bucket_width", name, widths.keySet().stream().sorted().toList());
    }
    return width;
  }

  private int limit(UsageResource.Width width) {
    @Nullable BigInteger limit = integer("limit");
    if (limit == null) {
      return width.limit();
    }
    Bounds.integer("limit", limit, 1, width.maxLimit());
    return limit.intValue();
  }

  private List<String> projects() {
    @Nullable List<String> asked = filter("project_ids");
    return asked == null || asked.contains(x.project()) ? List.of(x.project()) : List.of();
  }

  private @Nullable List<String> filter(String name) {
    List<String> values = x.queryAll(name);
    return values.isEmpty() ? null : values;
  }

  private Instant required(String name) {
    @Nullable Instant time = time(name);
    if (time == null) {
      throw ApiException.missing(name);
    }
    return time;
  }

  private @Nullable Instant time(String name) {
    @Nullable BigInteger seconds = integer(name);
    if (seconds == null) {
      return null;
    }
    Bounds.integer(name, seconds, 0, LAST);
    return Instant.ofEpochSecond(seconds.longValue());
  }

  private @Nullable BigInteger integer(String name) {
    @Nullable String text = x.query(name);
    if (text == null) {
      return null;
    }
    if (!text.matches("-?\\d{1,20}")) {
      throw ApiException.type(name, "an integer", text.isEmpty() ? "an empty string" : "a string");
    }
    return new BigInteger(text);
  }

  /** Where a page begins that follows others. */
  private Instant from(Instant start, Instant end) {
    @Nullable String cursor = x.query("page");
    if (cursor == null) {
      return start;
    }
    if (cursor.matches(CURSOR + "\\d{1,12}")) {
      Instant from = Instant.ofEpochSecond(Long.parseLong(cursor.substring(CURSOR.length())));
      if (from.isAfter(start) && from.isBefore(end)) {
        return from;
      }
    }
    throw ApiException.invalid(
        "Invalid 'page': expected the 'next_page' of an answer to the same question.",
        "invalid_value",
        "page");
  }

  static String cursor(Instant next) {
    return CURSOR + next.getEpochSecond();
  }
}
