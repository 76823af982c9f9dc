package dev.sandglass.billing;

import dev.sandglass.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was used and what it costs, added up over the ledger. Thread-safe. */
public final class Usage {

  private final LedgerRepository repository;

  public Usage(Database database) {
    this.repository = new LedgerRepository(database);
  }

  /** What results may be told apart by. */
  public enum Group {
    PROJECT,
    KEY
  }

  /**
   * A question.
   *
   * @param width of a bucket
   * @param projects only these; null: all
   * @param keys only these; null: all
   * @param groups told apart by these; else one result for each bucket in which there is something
   * @param limit the most buckets
   */
  public record Query(
      Instant start,
      Instant end,
      Duration width,
      @Nullable List<String> projects,
      @Nullable List<String> keys,
      Set<Group> groups,
      int limit) {}

  /** A part of the time and what was begun in it. */
  public record Bucket(Instant start, Instant end, List<Used> results) {}

  /**
   * An answer.
   *
   * @param next where the following page begins; null: this is the last one
   */
  public record Answer(List<Bucket> buckets, @Nullable Instant next) {}

  public Answer ask(Query q) {
    List<Bucket> buckets =
        Buckets.of(q.start(), q.end(), q.width(), q.limit()).stream()
            .map(b -> new Bucket(b.start(), b.end(), used(q, b)))
            .toList();
    @Nullable Instant next = buckets.isEmpty() ? null : buckets.getLast().end();
    return new Answer(buckets, next == null || !next.isBefore(q.end()) ? null : next);
  }

  private List<Used> used(Query q, Buckets.Bucket b) {
    return Used.grouped(
        repository.used(b.start(), b.end(), q.projects(), q.keys()),
        u ->
            new Used(
                q.groups().contains(Group.PROJECT) ? u.project() : null,
                q.groups().contains(Group.KEY) ? u.key() : null,
                u.sessions(),
                u.cost()));
  }
}
