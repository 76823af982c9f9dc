/** Requests that are sent again: an {@code Idempotency-Key} and what came of its first request. */
@NullMarked
package dev.sandglass.retry;

import org.jspecify.annotations.NullMarked;
