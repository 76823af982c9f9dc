/** Requests that are sent again. */
@NullMarked
package dev.sandglass.retry;

import org.jspecify.annotations.NullMarked;
