/** Holds the figures of an answer against what was computed. */
@NullMarked
package dev.sandglass.responses.figures;

import org.jspecify.annotations.NullMarked;
