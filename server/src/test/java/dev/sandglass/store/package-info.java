/** The database. */
@NullMarked
package dev.sandglass.store;

import org.jspecify.annotations.NullMarked;
