package dev.sandglass.container;

import dev.sandglass.store.Database;
import java.time.Clock;
import java.util.Optional;

/**
 * File cards that were made, by project, content and path, as the same version of image and code
 * would make them again. Thread-safe.
 */
final class FileCardRepository {

  private final Database database;
  private final String maker;
  private final Clock clock;

  FileCardRepository(Database database, String maker, Clock clock) {
    this.database = database;
    this.maker = maker;
    this.clock = clock;
  }

  Optional<String> find(String project, String sha256, String path) {
    return database.read(h ->
        h.createQuery(
                "SELECT text FROM file_card WHERE project_id = :project AND sha256 = :sha256 AND path = :path AND maker = :maker")
            .bind("project", project)
            .bind("sha256", sha256)
            .bind("path", path)
            .bind("maker", maker)
            .mapTo(String.class)
            .findOne());
  }

  void save(String project, String sha256, String path, String text) {
    database.write(h ->
        h.createUpdate(
                """
                INSERT INTO file_card (project_id, sha256, path, text, maker, created_at)
                VALUES (:project, :sha256, :path, :text, :maker, :now)
                ON CONFLICT (project_id, sha256, path) DO UPDATE SET text = excluded.text, maker = excluded.maker
                """)
            .bind("project", project)
            .bind("sha256", sha256)
            .bind("path", path)
            .bind("text", text)
            .bind("maker", maker)
            .bind("now", clock.millis())
            .execute());
  }
}
