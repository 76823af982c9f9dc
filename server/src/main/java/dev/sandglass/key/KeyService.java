package dev.sandglass.key;

import dev.sandglass.common.Ids;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Edition;
import dev.sandglass.store.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/**
 * Makes, finds and revokes API keys. Only their SHA-256 is stored: 256 random bits need no slow
 * hash. Thread-safe.
 */
public final class KeyService {

  /** The project of everybody who names no other. */
  public static final String DEFAULT_PROJECT = "default";

  private static final RowMapper<ApiKey> MAPPER =
      (rs, ctx) -> {
        long revoked = rs.getLong("revoked_at");
        @Nullable Instant revokedAt = rs.wasNull() ? null : Instant.ofEpochMilli(revoked);
        return new ApiKey(
            rs.getString("id"),
            rs.getString("project_id"),
            rs.getString("name"),
            rs.getString("shown"),
            Instant.ofEpochMilli(rs.getLong("created_at")),
            revokedAt,
            edition(rs.getString("edition")));
      };

  private final Database database;
  private final Clock clock;

  public KeyService(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** A new key and its secret. */
  public record Created(ApiKey key, String secret) {}

  /** Makes a key in a project, which is made too if there is none of that name. */
  public Created create(String projectName, String name) {
    return create(projectName, name, null);
  }

  /** As {@link #create(String, String)}; a key with an edition of its own speaks that. */
  public Created create(String projectName, String name, @Nullable Edition edition) {
    String secret = Ids.secret();
    String shown = secret.substring(0, 16) + "…" + secret.substring(secret.length() - 4);
    String project = project(projectName);
    ApiKey key = new ApiKey(Ids.key(), project, name, shown, clock.instant(), null, edition);
    database.write(h ->
        h.createUpdate(
                """
                INSERT INTO api_key (id, project_id, name, sha256, shown, created_at, revoked_at, edition)
                VALUES (:id, :project, :name, :sha256, :shown, :created, NULL, :edition)
                """)
            .bind("id", key.id())
            .bind("project", project)
            .bind("name", name)
            .bind("sha256", sha256(secret))
            .bind("shown", shown)
            .bind("created", key.createdAt().toEpochMilli())
            .bind("edition", edition == null ? null : edition.wire())
            .execute());
    return new Created(key, secret);
  }

  /** The id of the project of that name, made if there is none. */
  public String project(String name) {
    if (!name.matches("[\\p{L}\\p{N} ._-]{1,60}")) {
      throw new SandglassException(
          Kind.INVALID, "A project's name has 1 to 60 letters, digits, spaces, '.', '_' or '-'.");
    }
    return database.write(h -> {
      h.createUpdate(
              "INSERT INTO project (id, name, created_at) VALUES (:id, :name, :now) ON CONFLICT (name) DO NOTHING")
          .bind("id", Ids.project())
          .bind("name", name)
          .bind("now", clock.millis())
          .execute();
      return h.createQuery("SELECT id FROM project WHERE name = :name")
          .bind("name", name)
          .mapTo(String.class)
          .one();
    });
  }

  /** The names of all projects by their ids. */
  public Map<String, String> projects() {
    return database.read(h ->
        h.createQuery("SELECT id, name FROM project ORDER BY name")
            .reduceRows(
                new LinkedHashMap<String, String>(),
                (names, row) -> {
                  names.put(row.getColumn("id", String.class), row.getColumn("name", String.class));
                  return names;
                }));
  }

  /**
   * The key with this secret, unless it was revoked. Looked up by its hash, so that the time taken
   * tells nothing.
   */
  public Optional<ApiKey> authenticate(String secret) {
    return database.read(h ->
        h.createQuery("SELECT * FROM api_key WHERE sha256 = :sha256 AND revoked_at IS NULL")
            .bind("sha256", sha256(secret))
            .map(MAPPER)
            .findOne());
  }

  /** All keys, oldest first. */
  public List<ApiKey> list() {
    return database.read(
        h -> h.createQuery("SELECT * FROM api_key ORDER BY created_at, id").map(MAPPER).list());
  }

  /** True if there was such a key, not revoked before. */
  public boolean revoke(String id) {
    return database.write(h ->
        h.createUpdate("UPDATE api_key SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL")
                .bind("now", clock.millis())
                .bind("id", id)
                .execute()
            > 0);
  }

  private static @Nullable Edition edition(@Nullable String wire) {
    return wire == null ? null : Edition.of(wire).orElse(null);
  }

  private static String sha256(String secret) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
