package dev.sandglass.store;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a listing is asked for.
 *
 * @param limit at most that many
 * @param descending newest first
 * @param after the id of the last one of the page before; one that doesn't exist gives an empty
 *     page
 */
public record PageRequest(int limit, boolean descending, @Nullable String after) {}
