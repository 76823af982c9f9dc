package dev.sandglass.file;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file of the Files API.
 *
 * @param filename as uploaded, made harmless ({@link FileNames})
 * @param expiresAt null: kept until deleted
 */
public record StoredFile(
    String id,
    String project,
    String filename,
    String purpose,
    long bytes,
    String sha256,
    Instant createdAt,
    @Nullable Instant expiresAt) {}
