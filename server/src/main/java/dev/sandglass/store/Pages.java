package dev.sandglass.store;

import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;

/**
 * Pages through a table by creation time and id, both in one order, so that equal times lose
 * nothing.
 */
public final class Pages {

  private Pages() {}

  /**
   * One page of a table.
   *
   * @param table with columns {@code id} and {@code created_at}; from code, never from a request
   * @param owner the condition that a cursor must meet too, in named parameters, likewise: a
   *     foreign id as cursor tells as little as one that doesn't exist
   * @param where further conditions, empty or beginning with {@code AND}, likewise
   */
  public static <T> Page<T> query(
      Database database,
      String table,
      String owner,
      String where,
      Consumer<Query> bind,
      PageRequest page,
      RowMapper<T> mapper) {
    String direction = page.descending() ? "DESC" : "ASC";
    String beyond = page.descending() ? "<" : ">";
    String sql =
        "SELECT * FROM "
            + table
            + " WHERE "
            + owner
            + where
            + (page.after() == null
                ? ""
                : " AND (created_at, id) "
                    + beyond
                    + " (SELECT created_at, id FROM "
                    + table
                    + " WHERE id = :after AND "
                    + owner
                    + ")")
            + " ORDER BY created_at "
            + direction
            + ", id "
            + direction
            + " LIMIT :limit";
    List<T> rows =
        database.read(h -> {
          Query query = h.createQuery(sql).bind("limit", page.limit() + 1);
          if (page.after() != null) {
            query.bind("after", page.after());
          }
          bind.accept(query);
          return query.map(mapper).list();
        });
    boolean more = rows.size() > page.limit();
    return new Page<>(more ? List.copyOf(rows.subList(0, page.limit())) : rows, more);
  }
}
