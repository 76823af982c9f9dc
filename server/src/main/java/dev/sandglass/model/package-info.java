/** Upstream models: endpoints, dialects, prompts. */
@NullMarked
package dev.sandglass.model;

import org.jspecify.annotations.NullMarked;
