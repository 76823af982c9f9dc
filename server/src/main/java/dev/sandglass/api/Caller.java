package dev.sandglass.api;

import dev.sandglass.config.Edition;

/** Who sends a request, as its key tells. */
record Caller(String project, Edition edition) {}
