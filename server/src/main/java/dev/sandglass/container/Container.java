package dev.sandglass.container;

import dev.sandglass.config.Edition;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A container as the API knows it: one workspace of one project. Whether a kernel runs for it is
 * another matter: it is forked when first needed.
 *
 * @param key the API key that made it; null where none is needed
 * @param idleTimeout it ends that long after its last use
 * @param memoryBytes the hard limit of its kernel
 * @param auto true if a response opened it by itself ({@code {"type":"auto"}})
 * @param edition whose rules it follows: how long it lives, where its inputs lie
 * @param imageDigest of the image that it runs on
 * @param endedAt when it expired or was deleted; null while it lives
 */
public record Container(
    String id,
    String project,
    @Nullable String key,
    String name,
    Instant createdAt,
    Instant lastActiveAt,
    Duration idleTimeout,
    long memoryBytes,
    boolean auto,
    Edition edition,
    String imageDigest,
    @Nullable Instant endedAt) {

  Container usedAt(Instant now) {
    return new Container(
        id,
        project,
        key,
        name,
        createdAt,
        now,
        idleTimeout,
        memoryBytes,
        auto,
        edition,
        imageDigest,
        endedAt);
  }
}
