/**
 * The local model: its weights (fetched, checked, kept by content), the {@code llama-server} that
 * runs them (built from pinned source) and the supervised child process that answers an
 * OpenAI-compatible API on loopback.
 */
@NullMarked
package dev.sandglass.model.local;

import org.jspecify.annotations.NullMarked;
