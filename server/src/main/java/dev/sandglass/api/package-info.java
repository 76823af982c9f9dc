/** HTTP resources: wire format to domain and back, validation, errors. */
@NullMarked
package dev.sandglass.api;

import org.jspecify.annotations.NullMarked;
