package dev.sandglass.retry;

import dev.sandglass.common.ApiException;
import dev.sandglass.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers by its {@code Idempotency-Key} what came of a request, so that the same request sent
 * again gets the first one's answer and does nothing. Thread-safe.
 */
public final class Attempts {

  /** What a request with a key is. */
  public sealed interface Entry {

    /** Nobody has sent it before: do it, and say how it ended. */
    record First(Attempt attempt) implements Entry {}

    /** It has been answered. */
    record Answered(String json) implements Entry {}

    /** It was begun, and has made this; the answer isn't kept, or never came. */
    record Made(String resourceId) implements Entry {}
  }

  private static final Duration SOON = Duration.ofSeconds(2);

  private final AttemptRepository repository;
  private final Clock clock;
  private final Duration age;

  /** Those that this server is working on, by project and key. */
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  /**
   * @param age how long a key is remembered
   */
  public Attempts(Database database, Duration age, Clock clock) {
    this.repository = new AttemptRepository(database);
    this.age = age;
    this.clock = clock;
  }

  /**
   * Begins a request, or finds the one that was sent before.
   *
   * @param fingerprint of everything that makes it this request and no other
   * @throws ApiException 400 if the key was used for another request, 409 while the first one runs
   */
  public Entry enter(String project, String key, String fingerprint) {
    String name = project + '\n' + key;
    boolean first = running.add(name);
    boolean keep = false;
    try {
      AttemptRepository.Row row = repository.find(project, key).filter(this::young).orElse(null);
      if (row != null && !row.fingerprint().equals(fingerprint)) {
        throw ApiException.invalid(
            "The Idempotency-Key was used before, for a request with another method, path or body."
                + " Send a new request with a new key.",
            "idempotency_key_reused",
            null);
      }
      if (!first) {
        throw ApiException.running(
            "The first request with this Idempotency-Key is still being worked on.",
            "idempotency_key_in_use",
            SOON);
      }
      if (row != null && row.answer() != null) {
        return new Entry.Answered(row.answer());
      }
      if (row != null && row.resourceId() != null) {
        return new Entry.Made(row.resourceId());
      }
      repository.begin(project, key, fingerprint, clock.instant());
      keep = true;
      return new Entry.First(new Attempt(project, key, name));
    } finally {
      if (first && !keep) {
        running.remove(name);
      }
    }
  }

  private boolean young(AttemptRepository.Row row) {
    return row.createdAt().plus(age).isAfter(clock.instant());
  }

  /** Forgets what is older than a key is remembered. */
  public void sweep() {
    repository.forgetBefore(clock.instant().minus(age));
  }

  /** A first request that is being worked on. For one thread. */
  public final class Attempt {
    private final String project;
    private final String key;
    private final String name;
    private boolean made;

    private Attempt(String project, String key, String name) {
      this.project = project;
      this.key = key;
      this.name = name;
    }

    /** It is about to make that: from now on it is not done again, whatever happens. */
    public void makes(String resourceId) {
      made = true;
      repository.makes(project, key, resourceId);
    }

    /**
     * It has ended well.
     *
     * @param json its answer; null if what it made can give it
     */
    public void ended(@Nullable String json) {
      if (json != null) {
        repository.answered(project, key, json);
      }
      running.remove(name);
    }

    /** It has failed: unless it had made something, it may be tried anew. */
    public void failed() {
      if (made) {
        running.remove(name);
      } else {
        retract();
      }
    }

    /** It has failed in a way that asks for another try. */
    public void retract() {
      repository.forget(project, key);
      running.remove(name);
    }
  }
}
