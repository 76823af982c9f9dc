package dev.sandglass.container;

import dev.sandglass.config.Edition;
import dev.sandglass.store.Database;
import dev.sandglass.store.Page;
import dev.sandglass.store.PageRequest;
import dev.sandglass.store.Pages;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The records of containers and their files in the database. Thread-safe. */
final class ContainerRepository {

  private static final RowMapper<Container> CONTAINER =
      (rs, ctx) ->
          new Container(
              rs.getString("id"),
              rs.getString("project_id"),
              rs.getString("api_key_id"),
              rs.getString("name"),
              Instant.ofEpochMilli(rs.getLong("created_at")),
              Instant.ofEpochMilli(rs.getLong("last_active_at")),
              Duration.ofSeconds(rs.getLong("idle_seconds")),
              rs.getLong("memory_bytes"),
              rs.getBoolean("auto"),
              Edition.of(rs.getString("edition")).orElse(Edition.GUIDE),
              rs.getString("image_digest"),
              instant(rs.getLong("ended_at"), rs.wasNull()));

  private static final RowMapper<ContainerFile> FILE =
      (rs, ctx) ->
          new ContainerFile(
              rs.getString("id"),
              rs.getString("container_id"),
              rs.getString("path"),
              rs.getLong("bytes"),
              ContainerFile.Source.valueOf(rs.getString("source")),
              Instant.ofEpochMilli(rs.getLong("created_at")),
              rs.getString("sha256"),
              rs.getString("file_id"),
              rs.getString("version"));

  private final Database database;

  ContainerRepository(Database database) {
    this.database = database;
  }

  void insert(Container c) {
    database.write(h ->
        h.createUpdate(
                """
                INSERT INTO container (id, project_id, api_key_id, name, created_at, last_active_at, idle_seconds,
                  memory_bytes, auto, edition, image_digest, ended_at)
                VALUES (:id, :project, :key, :name, :created, :active, :idle, :memory, :auto, :edition, :image, NULL)
                """)
            .bind("id", c.id())
            .bind("project", c.project())
            .bind("key", c.key())
            .bind("name", c.name())
            .bind("created", c.createdAt().toEpochMilli())
            .bind("active", c.lastActiveAt().toEpochMilli())
            .bind("idle", c.idleTimeout().toSeconds())
            .bind("memory", c.memoryBytes())
            .bind("auto", c.auto())
            .bind("edition", c.edition().wire())
            .bind("image", c.imageDigest())
            .execute());
  }

  Optional<Container> find(String project, String id) {
    return database.read(h ->
        h.createQuery("SELECT * FROM container WHERE id = :id AND project_id = :project")
            .bind("id", id)
            .bind("project", project)
            .map(CONTAINER)
            .findOne());
  }

  /** Of whichever project. */
  Optional<Container> find(String id) {
    return database.read(h ->
        h.createQuery("SELECT * FROM container WHERE id = :id")
            .bind("id", id)
            .map(CONTAINER)
            .findOne());
  }

  /** Ended at that time or before, of all projects. */
  List<Container> endedBy(Instant time) {
    return database.read(h ->
        h.createQuery("SELECT * FROM container WHERE ended_at IS NOT NULL AND ended_at <= :time")
            .bind("time", time.toEpochMilli())
            .map(CONTAINER)
            .list());
  }

  /** Not ended, of all projects. */
  List<Container> living() {
    return database.read(
        h -> h.createQuery("SELECT * FROM container WHERE ended_at IS NULL").map(CONTAINER).list());
  }

  int countLiving(String project) {
    return database.read(h ->
        h.createQuery(
                "SELECT count(*) FROM container WHERE ended_at IS NULL AND project_id = :project")
            .bind("project", project)
            .mapTo(Integer.class)
            .one());
  }

  /** Notes a use. False if it has ended. */
  boolean touch(String id, Instant now) {
    return database.write(h ->
        h.createUpdate(
                    "UPDATE container SET last_active_at = :now WHERE id = :id AND ended_at IS NULL")
                .bind("now", now.toEpochMilli())
                .bind("id", id)
                .execute()
            > 0);
  }

  /** Ends it, unless it has been used since it was read, or has ended. */
  boolean endUnused(Container c, Instant end) {
    return database.write(h ->
        h.createUpdate(
                    "UPDATE container SET ended_at = :end WHERE id = :id AND ended_at IS NULL"
                        + " AND last_active_at = :active")
                .bind("end", end.toEpochMilli())
                .bind("id", c.id())
                .bind("active", c.lastActiveAt().toEpochMilli())
                .execute()
            > 0);
  }

  void end(String id, Instant now) {
    database.write(h ->
        h.createUpdate("UPDATE container SET ended_at = :now WHERE id = :id AND ended_at IS NULL")
            .bind("now", now.toEpochMilli())
            .bind("id", id)
            .execute());
  }

  /** Removes the record; its files go with it. */
  void delete(String id) {
    database.write(h -> {
      h.createUpdate("DELETE FROM container_file WHERE container_id = :id")
          .bind("id", id)
          .execute();
      return h.createUpdate("DELETE FROM container WHERE id = :id").bind("id", id).execute();
    });
  }

  Page<Container> list(String project, @Nullable String name, PageRequest page) {
    return Pages.query(
        database,
        "container",
        "project_id = :project",
        name == null ? "" : " AND name = :name",
        query -> {
          query.bind("project", project);
          if (name != null) {
            query.bind("name", name);
          }
        },
        page,
        CONTAINER);
  }

  /** The files that are there, oldest first. */
  List<ContainerFile> files(String containerId) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM container_file WHERE container_id = :id AND deleted_at IS NULL"
                    + " ORDER BY created_at, id")
            .bind("id", containerId)
            .map(FILE)
            .list());
  }

  Page<ContainerFile> listFiles(String containerId, PageRequest page) {
    return Pages.query(
        database,
        "container_file",
        "container_id = :container",
        " AND deleted_at IS NULL",
        query -> query.bind("container", containerId),
        page,
        FILE);
  }

  Optional<ContainerFile> findFile(String containerId, String fileId) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM container_file WHERE id = :id AND container_id = :container"
                    + " AND deleted_at IS NULL")
            .bind("id", fileId)
            .bind("container", containerId)
            .map(FILE)
            .findOne());
  }

  Optional<ContainerFile> findFile(String fileId) {
    return database.read(h ->
        h.createQuery("SELECT * FROM container_file WHERE id = :id AND deleted_at IS NULL")
            .bind("id", fileId)
            .map(FILE)
            .findOne());
  }

  Optional<ContainerFile> fileAt(String containerId, String path) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM container_file WHERE container_id = :container AND path = :path"
                    + " AND deleted_at IS NULL")
            .bind("container", containerId)
            .bind("path", path)
            .map(FILE)
            .findOne());
  }

  /**
   * The copy of a file of the Files API, even if code has deleted it since: it is not copied in
   * twice.
   */
  boolean hasCopyOf(String containerId, String fileId) {
    return database.read(h ->
        h.createQuery(
                    "SELECT count(*) FROM container_file WHERE container_id = :container AND file_id = :file")
                .bind("container", containerId)
                .bind("file", fileId)
                .mapTo(Integer.class)
                .one()
            > 0);
  }

  /**
   * Records a file at its path: a record that is there keeps its id, source and time, and takes the
   * new content.
   */
  ContainerFile saveFile(ContainerFile f) {
    return database.write(h -> {
      int updated =
          h.createUpdate(
                  """
                  UPDATE container_file SET bytes = :bytes, sha256 = :sha256, version = :version
                  WHERE container_id = :container AND path = :path AND deleted_at IS NULL
                  """)
              .bind("bytes", f.bytes())
              .bind("sha256", f.sha256())
              .bind("version", f.version())
              .bind("container", f.containerId())
              .bind("path", f.path())
              .execute();
      if (updated == 0) {
        h.createUpdate(
                """
                INSERT INTO container_file (id, container_id, path, bytes, source, created_at, sha256,
                  file_id, version, deleted_at)
                VALUES (:id, :container, :path, :bytes, :source, :created, :sha256, :file, :version, NULL)
                """)
            .bind("id", f.id())
            .bind("container", f.containerId())
            .bind("path", f.path())
            .bind("bytes", f.bytes())
            .bind("source", f.source().name())
            .bind("created", f.createdAt().toEpochMilli())
            .bind("sha256", f.sha256())
            .bind("file", f.fileId())
            .bind("version", f.version())
            .execute();
        return f;
      }
      return h.createQuery(
              "SELECT * FROM container_file WHERE container_id = :container AND path = :path"
                  + " AND deleted_at IS NULL")
          .bind("container", f.containerId())
          .bind("path", f.path())
          .map(FILE)
          .one();
    });
  }

  /** Path below {@code /mnt/data} → version, of the files that have been in a sandbox. */
  Map<String, String> versions(String containerId) {
    return files(containerId).stream()
        .filter(f -> f.version() != null)
        .collect(
            Collectors.toMap(
                ContainerFile::relativePath, f -> String.valueOf(f.version()), (a, b) -> b));
  }

  /** Notes the marks that files have got in a new sandbox. */
  void saveVersions(String containerId, Map<String, String> versions) {
    database.write(h -> {
      PreparedBatch batch =
          h.prepareBatch(
              "UPDATE container_file SET version = :version WHERE container_id = :container"
                  + " AND path = :path AND deleted_at IS NULL");
      versions.forEach((path, version) ->
          batch
              .bind("version", version)
              .bind("container", containerId)
              .bind("path", ContainerFile.ROOT + path)
              .add());
      return batch.execute().length;
    });
  }

  void deleteFileAt(String containerId, String path, Instant now) {
    database.write(h ->
        h.createUpdate(
                "UPDATE container_file SET deleted_at = :now WHERE container_id = :container"
                    + " AND path = :path AND deleted_at IS NULL")
            .bind("now", now.toEpochMilli())
            .bind("container", containerId)
            .bind("path", path)
            .execute());
  }

  private static @Nullable Instant instant(long millis, boolean isNull) {
    return isNull ? null : Instant.ofEpochMilli(millis);
  }
}
