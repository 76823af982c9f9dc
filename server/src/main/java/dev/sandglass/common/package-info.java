/** What every package may use: the root exception, identifiers, JSON. */
@NullMarked
package dev.sandglass.common;

import org.jspecify.annotations.NullMarked;
