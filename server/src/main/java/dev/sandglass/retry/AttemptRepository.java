package dev.sandglass.retry;

import dev.sandglass.store.Database;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** First requests with their keys in the database. Thread-safe. */
final class AttemptRepository {

  /**
   * A first request.
   *
   * @param resourceId what it makes, once that is known
   * @param answer its answer, once it has ended, if it is kept
   */
  record Row(
      String fingerprint,
      Instant createdAt,
      @Nullable String resourceId,
      @Nullable String answer) {}

  private final Database database;

  AttemptRepository(Database database) {
    this.database = database;
  }

  Optional<Row> find(String project, String key) {
    return database.read(h ->
        h.createQuery(
                "SELECT fingerprint, created_at, resource_id, answer FROM attempt"
                    + " WHERE project_id = :project AND idempotency_key = :key")
            .bind("project", project)
            .bind("key", key)
            .map((rs, ctx) ->
                new Row(
                    rs.getString("fingerprint"),
                    Instant.ofEpochMilli(rs.getLong("created_at")),
                    rs.getString("resource_id"),
                    rs.getString("answer")))
            .findOne());
  }

  /** In place of what was known of the key. */
  void begin(String project, String key, String fingerprint, Instant now) {
    database.write(h ->
        h.createUpdate(
                """
                INSERT INTO attempt (project_id, idempotency_key, fingerprint, created_at)
                VALUES (:project, :key, :fingerprint, :now)
                ON CONFLICT (project_id, idempotency_key)
                DO UPDATE SET fingerprint = excluded.fingerprint, created_at = excluded.created_at,
                  resource_id = NULL, answer = NULL
                """)
            .bind("project", project)
            .bind("key", key)
            .bind("fingerprint", fingerprint)
            .bind("now", now.toEpochMilli())
            .execute());
  }

  void makes(String project, String key, String resourceId) {
    set("resource_id", project, key, resourceId);
  }

  void answered(String project, String key, String answer) {
    set("answer", project, key, answer);
  }

  private void set(String column, String project, String key, String value) {
    database.write(h ->
        h.createUpdate(
                "UPDATE attempt SET "
                    + column
                    + " = :value WHERE project_id = :project AND idempotency_key = :key")
            .bind("value", value)
            .bind("project", project)
            .bind("key", key)
            .execute());
  }

  void forget(String project, String key) {
    database.write(h ->
        h.createUpdate("DELETE FROM attempt WHERE project_id = :project AND idempotency_key = :key")
            .bind("project", project)
            .bind("key", key)
            .execute());
  }

  void forgetBefore(Instant before) {
    database.write(h ->
        h.createUpdate("DELETE FROM attempt WHERE created_at < :before")
            .bind("before", before.toEpochMilli())
            .execute());
  }
}
