package dev.sandglass.billing;

import dev.sandglass.store.Database;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The rows of the ledger in the database. Thread-safe. */
final class LedgerRepository {

  private static final RowMapper<Fee> FEE =
      (rs, ctx) -> {
        long ended = rs.getLong("ended_at");
        @Nullable Instant endedAt = rs.wasNull() ? null : Instant.ofEpochMilli(ended);
        return new Fee(
            rs.getString("container_id"),
            rs.getInt("number"),
            rs.getString("project_id"),
            rs.getString("api_key_id"),
            Instant.ofEpochMilli(rs.getLong("started_at")),
            endedAt,
            new BigDecimal(rs.getString("price")));
      };

  private final Database database;

  LedgerRepository(Database database) {
    this.database = database;
  }

  /** A container's first row, if it has none yet and still lives; false if there is no new one. */
  boolean open(Fee first) {
    return database.write(h ->
        h.createUpdate(
                    """
                    INSERT INTO session_fee (container_id, number, project_id, api_key_id, started_at, ended_at, price)
                    SELECT :container, :number, :project, :key, :started, NULL, :price
                    WHERE EXISTS (SELECT 1 FROM container WHERE id = :container AND ended_at IS NULL)
                    ON CONFLICT (container_id, number) DO NOTHING
                    """)
                .bind("container", first.container())
                .bind("number", first.number())
                .bind("project", first.project())
                .bind("key", first.key())
                .bind("started", first.startedAt().toEpochMilli())
                .bind("price", first.price().toPlainString())
                .execute()
            == 1);
  }

  void delete(String container) {
    database.write(h -> h.execute("DELETE FROM session_fee WHERE container_id = ?", container));
  }

  /** Puts rows in the place of a container's last one, if that is open. */
  void replaceLast(String container, Function<Fee, List<Fee>> by) {
    database.write(h -> {
      Optional<Fee> last =
          h.createQuery(
                  """
                  SELECT * FROM session_fee WHERE container_id = :container AND ended_at IS NULL
                  ORDER BY number DESC LIMIT 1
                  """)
              .bind("container", container)
              .map(FEE)
              .findOne();
      last.map(by).orElse(List.of()).forEach(row -> put(h, row));
      return null;
    });
  }

  private static void put(Handle h, Fee row) {
    h.createUpdate(
            """
            INSERT INTO session_fee (container_id, number, project_id, api_key_id, started_at, ended_at, price)
            VALUES (:container, :number, :project, :key, :started, :ended, :price)
            ON CONFLICT (container_id, number) DO UPDATE SET ended_at = excluded.ended_at
            """)
        .bind("container", row.container())
        .bind("number", row.number())
        .bind("project", row.project())
        .bind("key", row.key())
        .bind("started", row.startedAt().toEpochMilli())
        .bind("ended", row.endedAt() == null ? null : row.endedAt().toEpochMilli())
        .bind("price", row.price().toPlainString())
        .execute();
  }

  /** Containers with an open session that began at {@code begun} or before. */
  List<String> openSince(Instant begun) {
    return database.read(h ->
        h.createQuery(
                "SELECT container_id FROM session_fee WHERE ended_at IS NULL AND started_at <= :begun")
            .bind("begun", begun.toEpochMilli())
            .mapTo(String.class)
            .list());
  }

  List<Fee> of(String container) {
    return database.read(h ->
        h.createQuery("SELECT * FROM session_fee WHERE container_id = :container ORDER BY number")
            .bind("container", container)
            .map(FEE)
            .list());
  }

  /**
   * How many sessions began in a time, by project, key and price.
   *
   * @param projects only these; null: all
   * @param keys only these; null: all
   */
  List<Used> used(
      Instant from, Instant to, @Nullable List<String> projects, @Nullable List<String> keys) {
    if ((projects != null && projects.isEmpty()) || (keys != null && keys.isEmpty())) {
      return List.of();
    }
    return database.read(h -> {
      Query query =
          h.createQuery(
                  """
                  SELECT project_id, api_key_id, price, count(*) AS sessions FROM session_fee
                  WHERE started_at >= :from AND started_at < :to
                  """
                      + (projects == null ? "" : " AND project_id IN (<projects>)")
                      + (keys == null ? "" : " AND api_key_id IN (<keys>)")
                      + " GROUP BY project_id, api_key_id, price"
                      + " ORDER BY project_id, api_key_id, price")
              .bind("from", from.toEpochMilli())
              .bind("to", to.toEpochMilli());
      if (projects != null) {
        query.bindList("projects", projects);
      }
      if (keys != null) {
        query.bindList("keys", keys);
      }
      return query
          .map((rs, ctx) -> {
            long sessions = rs.getLong("sessions");
            BigDecimal price = new BigDecimal(rs.getString("price"));
            return new Used(
                rs.getString("project_id"),
                rs.getString("api_key_id"),
                sessions,
                price.multiply(BigDecimal.valueOf(sessions)));
          })
          .list();
    });
  }
}
