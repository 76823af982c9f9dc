package dev.sandglass.key;

import dev.sandglass.config.Edition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key without its secret, which is shown once, when the key is made.
 *
 * @param shown the secret's beginning and end, enough to recognise it
 * @param edition of the API, if the key has its own
 */
public record ApiKey(
    String id,
    String project,
    String name,
    String shown,
    Instant createdAt,
    @Nullable Instant revokedAt,
    @Nullable Edition edition) {}
