package dev.sandglass.container;

import dev.sandglass.config.Edition;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a new container shall be; nulls take the configured defaults.
 *
 * @param fileIds files of the Files API to copy in
 * @param key the API key that asks for it; null where none is needed
 * @param edition which one's rules the container follows
 */
public record CreateContainer(
    @Nullable String name,
    List<String> fileIds,
    @Nullable Duration idleTimeout,
    @Nullable Long memoryBytes,
    boolean auto,
    @Nullable String key,
    Edition edition) {}
