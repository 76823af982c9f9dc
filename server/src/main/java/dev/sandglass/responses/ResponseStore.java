package dev.sandglass.responses;

import dev.sandglass.common.Json;
import dev.sandglass.store.Database;
import java.time.Instant;
import java.util.List;
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

  void save(String project, StoredResponse response) {
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
          .bind("status", response.json().path("status").asString(""))
          .bind("body", text(response.json()))
          .execute();
      insert(h, response.id(), Direction.INPUT, response.input());
      insert(h, response.id(), Direction.OUTPUT, response.output());
      return 0;
    });
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
