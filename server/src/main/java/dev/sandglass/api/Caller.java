package dev.sandglass.api;

import dev.sandglass.config.Edition;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, as its key tells.
 *
 * @param key the key's id; null where none is needed
 */
record Caller(String project, @Nullable String key, Edition edition) {}
