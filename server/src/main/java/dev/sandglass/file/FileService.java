package dev.sandglass.file;

import dev.sandglass.common.Ids;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Config;
import dev.sandglass.store.Database;
import dev.sandglass.store.Page;
import dev.sandglass.store.PageRequest;
import dev.sandglass.store.Pages;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Files API's domain: files of a project, each a name for stored content. Thread-safe. */
public final class FileService {

  private static final Logger LOG = LoggerFactory.getLogger(FileService.class);

  private static final RowMapper<StoredFile> MAPPER =
      (rs, ctx) -> {
        long expires = rs.getLong("expires_at");
        @Nullable Instant expiresAt = rs.wasNull() ? null : Instant.ofEpochMilli(expires);
        return new StoredFile(
            rs.getString("id"),
            rs.getString("project_id"),
            rs.getString("filename"),
            rs.getString("purpose"),
            rs.getLong("bytes"),
            rs.getString("sha256"),
            Instant.ofEpochMilli(rs.getLong("created_at")),
            expiresAt);
      };

  /** Content that nothing names yet may belong to a request that is still running. */
  private static final Duration YOUNG = Duration.ofHours(1);

  private final Database database;
  private final BlobStore blobs;
  private final Config.Files limits;
  private final Clock clock;

  public FileService(Database database, BlobStore blobs, Config.Files limits, Clock clock) {
    this.database = database;
    this.blobs = blobs;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * Reads an upload's content as it comes; the caller keeps it by {@link #create}, or forgets it.
   *
   * @throws SandglassException 413 with the limit above {@code files.max-bytes}
   */
  public BlobStore.Staged receive(InputStream content) {
    long max = limits.maxBytes().bytes();
    try {
      return blobs.stage(content, max);
    } catch (BlobTooLargeException e) {
      throw new SandglassException(
          Kind.TOO_LARGE,
          "The file is larger than files.max-bytes, "
              + limits.maxBytes()
              + ": split it, or have the limit raised.",
          "file_too_large",
          "file",
          e);
    } catch (IOException e) {
      throw notStored(e);
    }
  }

  /** Stores received content, for who names it somewhere else than in the Files API. */
  public static Blob keep(BlobStore.Staged content) {
    try {
      content.keep();
      return content.blob();
    } catch (IOException e) {
      throw notStored(e);
    }
  }

  private static SandglassException notStored(IOException e) {
    LOG.error("a file could not be stored", e); // its message names our paths: not for the client
    return new SandglassException(
        Kind.UNAVAILABLE, "The file could not be stored; the server's log says why.", e);
  }

  /** Makes a file of received content. Empty files are refused, as by the hosted service. */
  public StoredFile create(
      String project,
      @Nullable String filename,
      String purpose,
      BlobStore.Staged content,
      @Nullable Duration expiresAfter) {
    Blob blob = content.blob();
    if (blob.bytes() == 0) {
      throw new SandglassException(Kind.INVALID, "The file is empty.", "empty_file", "file", null);
    }
    Instant now = clock.instant();
    @Nullable Duration life =
        expiresAfter == null && purpose.equals("batch") ? limits.batchExpiry() : expiresAfter;
    StoredFile file =
        new StoredFile(
            Ids.file(),
            project,
            FileNames.harmless(filename),
            purpose,
            blob.bytes(),
            blob.sha256(),
            now,
            life == null ? null : now.plus(life));
    insert(file, content);
    return file;
  }

  private void insert(StoredFile f, BlobStore.Staged content) {
    long max = limits.projectBytes().bytes();
    database.write(h -> {
      long used =
          h.createQuery("SELECT coalesce(sum(bytes), 0) FROM file WHERE project_id = :project")
              .bind("project", f.project())
              .mapTo(Long.class)
              .one();
      if (used + f.bytes() > max) {
        throw new SandglassException(
            Kind.TOO_LARGE,
            "The project's files would have "
                + (used + f.bytes())
                + " bytes, over files.project-bytes, "
                + limits.projectBytes()
                + ": delete some.",
            "project_files_too_large",
            "file",
            null);
      }
      keep(content);
      return h.createUpdate(
              """
              INSERT INTO file (id, project_id, filename, purpose, bytes, sha256, created_at, expires_at)
              VALUES (:id, :project, :filename, :purpose, :bytes, :sha256, :created, :expires)
              """)
          .bind("id", f.id())
          .bind("project", f.project())
          .bind("filename", f.filename())
          .bind("purpose", f.purpose())
          .bind("bytes", f.bytes())
          .bind("sha256", f.sha256())
          .bind("created", f.createdAt().toEpochMilli())
          .bind("expires", f.expiresAt() == null ? null : f.expiresAt().toEpochMilli())
          .execute();
    });
  }

  public Optional<StoredFile> find(String project, String id) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM file WHERE id = :id AND project_id = :project"
                    + " AND (expires_at IS NULL OR expires_at > :now)")
            .bind("id", id)
            .bind("project", project)
            .bind("now", clock.millis())
            .map(MAPPER)
            .findOne());
  }

  public Page<StoredFile> list(String project, @Nullable String purpose, PageRequest page) {
    return Pages.query(
        database,
        "file",
        "project_id = :project",
        " AND (expires_at IS NULL OR expires_at > :now)"
            + (purpose == null ? "" : " AND purpose = :purpose"),
        query -> {
          query.bind("project", project).bind("now", clock.millis());
          if (purpose != null) {
            query.bind("purpose", purpose);
          }
        },
        page,
        MAPPER);
  }

  public InputStream open(StoredFile file) throws IOException {
    return blobs.open(file.sha256());
  }

  /** True if it existed. Copies in containers stay. */
  public boolean delete(String project, String id) {
    return database.write(h ->
        h.createUpdate("DELETE FROM file WHERE id = :id AND project_id = :project")
                .bind("id", id)
                .bind("project", project)
                .execute()
            > 0);
  }

  /** Forgets expired files, and content that neither a file nor a container names. */
  public void sweep() throws IOException {
    database.write(h ->
        h.createUpdate("DELETE FROM file WHERE expires_at <= :now")
            .bind("now", clock.millis())
            .execute());
    blobs.sweep(clock.instant().minus(YOUNG), this::used);
  }

  private boolean used(String sha256) {
    return database.read(h ->
        h.createQuery(
                "SELECT EXISTS (SELECT 1 FROM file WHERE sha256 = :s)"
                    + " OR EXISTS (SELECT 1 FROM container_file WHERE sha256 = :s AND deleted_at IS NULL)")
            .bind("s", sha256)
            .mapTo(Boolean.class)
            .one());
  }
}
