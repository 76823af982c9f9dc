/** The guide's promises, shown over real HTTP with real containers. */
@NullMarked
package dev.sandglass.guide;

import org.jspecify.annotations.NullMarked;
