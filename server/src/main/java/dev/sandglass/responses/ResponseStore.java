package dev.sandglass.responses;

import dev.sandglass.common.Json;
import dev.sandglass.store.Database;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Keeps responses with their items. Thread-safe. */
public final class ResponseStore {

  private enum Direction {
    INPUT,
    OUTPUT
  }

  private record Row(
      @Nullable String previousId, @Nullable String containerId, long createdAt, String body) {}

  private final Database database;

  public ResponseStore(Database database) {
    this.database = database;
  }

  /**
   * A response that is in progress.
   *
   * @param json the wire's object, without its output
   * @param call the call whose code runs, or was about to run; null if there is none
   * @param position the call's
   */
  record Unfinished(String id, ObjectNode json, @Nullable ObjectNode call, int position) {}

  /** Stores a response whose turn is about to begin, with its input. */
  void begin(String project, StoredResponse response) {
    database.write(h -> {
      h.createUpdate(
              """
              INSERT INTO response
                (id, project_id, created_at, previous_response_id, container_id, status, body)
              VALUES (:id, :project, :created, :previous, :container, :status, :body)
              """)
          .bind("id", response.id())
          .bind("project", project)
          .bind("created", response.createdAt().toEpochMilli())
          .bind("previous", response.previousId())
          .bind("container", response.containerId())
          .bind("status", status(response.json()))
          .bind("body", text(response.json()))
          .execute();
      insert(h, response.id(), Direction.INPUT, response.input());
      return 0;
    });
  }

  /**
   * What is stored of a running response's output. Of one that was deleted meanwhile nothing is.
   */
  Journal journal(String responseId) {
    return (position, item) ->
        database.write(h -> {
          put(h, responseId, position, item);
          return 0;
        });
  }

  /** Stores how a response ended; its items are stored already. */
  void end(String id, @Nullable String containerId, ObjectNode json) {
    database.write(h -> {
      update(h, id, containerId, json);
      return 0;
    });
  }

  /** Stores the end of an interrupted response, its call's included, if there is one. */
  void endInterrupted(Unfinished response, ObjectNode json, @Nullable ObjectNode call) {
    database.write(h -> {
      if (call != null) {
        put(h, response.id(), response.position(), call);
      }
      String container = call == null ? null : call.path("container_id").asString(null);
      update(h, response.id(), container, json);
      return 0;
    });
  }

  /** Responses that are in progress, of all projects. */
  List<Unfinished> unfinished() {
    return database.read(h ->
        h
            .createQuery("SELECT id, body FROM response WHERE status = 'in_progress'")
            .map((rs, ctx) -> Map.entry(rs.getString("id"), rs.getString("body")))
            .list()
            .stream()
            .map(row -> unfinished(h, row.getKey(), row.getValue()))
            .toList());
  }

  /** The response in progress whose running call is that one. */
  Optional<Unfinished> unfinishedWithCall(String itemId) {
    return database.read(h ->
        h.createQuery(
                """
                SELECT r.id, r.body FROM response r JOIN response_item i ON i.response_id = r.id
                WHERE i.id = :item AND i.direction = 'output' AND r.status = 'in_progress'
                """)
            .bind("item", itemId)
            .map((rs, ctx) -> Map.entry(rs.getString("id"), rs.getString("body")))
            .findOne()
            .map(row -> unfinished(h, row.getKey(), row.getValue()))
            .filter(r -> r.call() != null && r.call().path("id").asString("").equals(itemId)));
  }

  private static Unfinished unfinished(Handle h, String id, String body) {
    List<ObjectNode> output = items(h, id, Direction.OUTPUT);
    ObjectNode last = output.isEmpty() ? null : output.getLast();
    boolean runs = last != null && status(last).equals("in_progress");
    return new Unfinished(id, json(body), runs ? last : null, output.size() - 1);
  }

  private static void update(Handle h, String id, @Nullable String containerId, ObjectNode json) {
    h.createUpdate(
            """
            UPDATE response SET status = :status, body = :body,
              container_id = COALESCE(:container, container_id)
            WHERE id = :id
            """)
        .bind("id", id)
        .bind("status", status(json))
        .bind("body", text(json))
        .bind("container", containerId)
        .execute();
  }

  private static void put(Handle h, String responseId, int position, ObjectNode item) {
    h.createUpdate(
            """
            INSERT INTO response_item (response_id, position, id, direction, body)
            SELECT id, :position, :item, :direction, :body FROM response WHERE id = :response
            ON CONFLICT (response_id, direction, position)
            DO UPDATE SET id = excluded.id, body = excluded.body
            """)
        .bind("response", responseId)
        .bind("position", position)
        .bind("item", item.path("id").asString(""))
        .bind("direction", wire(Direction.OUTPUT))
        .bind("body", text(item))
        .execute();
  }

  private static String status(ObjectNode json) {
    return json.path("status").asString("");
  }

  Optional<StoredResponse> find(String project, String id) {
    return database.read(h ->
        h.createQuery(
                """
                SELECT previous_response_id, container_id, created_at, body FROM response
                WHERE id = :id AND project_id = :project
                """)
            .bind("id", id)
            .bind("project", project)
            .map((rs, ctx) ->
                new Row(
                    rs.getString("previous_response_id"),
                    rs.getString("container_id"),
                    rs.getLong("created_at"),
                    rs.getString("body")))
            .findOne()
            .map(row ->
                new StoredResponse(
                    id,
                    row.previousId(),
                    row.containerId(),
                    Instant.ofEpochMilli(row.createdAt()),
                    json(row.body()),
                    items(h, id, Direction.INPUT),
                    items(h, id, Direction.OUTPUT))));
  }

  /** The item of that id, the latest if it was given back since; whole. */
  Optional<ObjectNode> item(String project, String itemId) {
    return database.read(h ->
        h.createQuery(
                """
                SELECT i.body FROM response_item i JOIN response r ON r.id = i.response_id
                WHERE i.id = :id AND r.project_id = :project
                ORDER BY CASE i.direction WHEN 'output' THEN 0 ELSE 1 END, r.created_at DESC
                LIMIT 1
                """)
            .bind("id", itemId)
            .bind("project", project)
            .mapTo(String.class)
            .findOne()
            .map(ResponseStore::json));
  }

  /** True if it existed. */
  boolean delete(String project, String id) {
    return database.write(h ->
        h.createUpdate("DELETE FROM response WHERE id = :id AND project_id = :project")
                .bind("id", id)
                .bind("project", project)
                .execute()
            > 0);
  }

  private static void insert(Handle h, String id, Direction direction, List<ObjectNode> items) {
    if (items.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        h.prepareBatch(
            """
            INSERT INTO response_item (response_id, position, id, direction, body)
            VALUES (:response, :position, :id, :direction, :body)
            """);
    for (int i = 0; i < items.size(); i++) {
      batch
          .bind("response", id)
          .bind("position", i)
          .bind("id", items.get(i).path("id").asString(""))
          .bind("direction", wire(direction))
          .bind("body", text(items.get(i)))
          .add();
    }
    batch.execute();
  }

  private static List<ObjectNode> items(Handle h, String id, Direction direction) {
    return h
        .createQuery(
            """
            SELECT body FROM response_item
            WHERE response_id = :id AND direction = :direction ORDER BY position
            """)
        .bind("id", id)
        .bind("direction", wire(direction))
        .mapTo(String.class)
        .list()
        .stream()
        .map(ResponseStore::json)
        .toList();
  }

  private static String wire(Direction direction) {
    return direction == Direction.INPUT ? "input" : "output";
  }

  private static String text(ObjectNode json) {
    return Json.MAPPER.writeValueAsString(json);
  }

  private static ObjectNode json(String text) {
    return (ObjectNode) Json.MAPPER.readTree(text);
  }
}
