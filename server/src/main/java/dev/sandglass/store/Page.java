package dev.sandglass.store;

import java.util.List;

/** One page of a listing (openai-api.md 1.5). */
public record Page<T>(List<T> data, boolean hasMore) {}
