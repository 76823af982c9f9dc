package dev.sandglass.api;

import dev.sandglass.billing.Usage;
import dev.sandglass.billing.Usage.Group;
import dev.sandglass.billing.Used;
import dev.sandglass.common.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /v1/organization/usage} and {@code /costs} (openai-api.md 8). Any key may ask, and sees
 * its own project's alone.
 */
public final class UsageResource implements Resource {

  /** The one thing that costs. */
  static final String LINE_ITEM = "code interpreter sessions";

  private static final Map<String, Width> SESSION_WIDTHS =
      Map.of(
          "1m", new Width(Duration.ofMinutes(1), 60, 1440),
          "1h", new Width(Duration.ofHours(1), 24, 168),
          "1d", new Width(Duration.ofDays(1), 7, 31));

  private static final Map<String, Width> COST_WIDTHS =
      Map.of("1d", new Width(Duration.ofDays(1), 7, 180));

  private final Usage usage;
  private final Clock clock;

  public UsageResource(Usage usage, Clock clock) {
    this.usage = usage;
    this.clock = clock;
  }

  /** A bucket's width, and how many of them a page has. */
  record Width(Duration width, int limit, int maxLimit) {}

  @Override
  public void routes(Router r) {
    r.get("/v1/organization/usage/code_interpreter_sessions", this::sessions);
    r.get("/v1/organization/costs", this::costs);
  }

  private void sessions(Exchange x) {
    UsageParameters asked = new UsageParameters(x, clock.instant());
    asked.onlyKnown("bucket_width", "project_ids");
    Set<String> groups = asked.groups("project_id");
    x.json(
        page(
            asked.query(
                SESSION_WIDTHS, groups.contains("project_id") ? Set.of(Group.PROJECT) : Set.of()),
            UsageResource::sessions));
  }

  private static ObjectNode sessions(Used used) {
    return Json.MAPPER
        .createObjectNode()
        .put("object", "organization.usage.code_interpreter_sessions.result")
        .put("num_sessions", used.sessions())
        .put("project_id", used.project());
  }

  private void costs(Exchange x) {
    UsageParameters asked = new UsageParameters(x, clock.instant());
    asked.onlyKnown("bucket_width", "project_ids", "api_key_ids", "line_items");
    Set<String> groups = asked.groups("project_id", "line_item", "api_key_id");
    List<String> items = x.queryAll("line_items");
    boolean ours = items.isEmpty() || items.contains(LINE_ITEM);
    boolean byItem = groups.contains("line_item");
    ObjectNode page = page(asked.query(COST_WIDTHS, ownersOf(groups)), used -> cost(used, byItem));
    if (!ours) {
      page.path("data").forEach(bucket -> ((ArrayNode) bucket.path("results")).removeAll());
    }
    x.json(page);
  }

  private static Set<Group> ownersOf(Set<String> groups) {
    boolean project = groups.contains("project_id");
    if (groups.contains("api_key_id")) {
      return project ? Set.of(Group.PROJECT, Group.KEY) : Set.of(Group.KEY);
    }
    return project ? Set.of(Group.PROJECT) : Set.of();
  }

  private static ObjectNode cost(Used used, boolean byItem) {
    ObjectNode result = Json.MAPPER.createObjectNode().put("object", "organization.costs.result");
    result.putObject("amount").put("value", used.cost()).put("currency", "usd");
    result
        .put("line_item", byItem ? LINE_ITEM : null)
        .put("project_id", used.project())
        .put("api_key_id", used.key());
    if (byItem) {
      result.put("quantity", used.sessions());
    } else {
      result.putNull("quantity");
    }
    return result.putNull("quantity_unit"); // there is none for sessions
  }

  private ObjectNode page(Usage.Query query, Function<Used, ObjectNode> toWire) {
    Usage.Answer answer = usage.ask(query);
    ObjectNode root = Json.MAPPER.createObjectNode().put("object", "page");
    ArrayNode data = root.putArray("data");
    for (Usage.Bucket bucket : answer.buckets()) {
      ArrayNode results =
          data.addObject()
              .put("object", "bucket")
              .put("start_time", bucket.start().getEpochSecond())
              .put("end_time", bucket.end().getEpochSecond())
              .putArray("results");
      bucket.results().forEach(used -> results.add(toWire.apply(used)));
    }
    return root.put("has_more", answer.next() != null)
        .put("next_page", answer.next() == null ? null : UsageParameters.cursor(answer.next()));
  }
}
