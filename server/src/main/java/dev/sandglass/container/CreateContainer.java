package dev.sandglass.container;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a new container shall be; nulls take the configured defaults.
 *
 * @param fileIds files of the Files API to copy in
 */
public record CreateContainer(
    @Nullable String name,
    List<String> fileIds,
    @Nullable Duration idleTimeout,
    @Nullable Long memoryBytes,
    boolean auto) {}
