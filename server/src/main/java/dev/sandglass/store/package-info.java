/** The database and its migrations. */
@NullMarked
package dev.sandglass.store;

import org.jspecify.annotations.NullMarked;
