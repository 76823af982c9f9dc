/** The turn: context, loop, events, citations. */
@NullMarked
package dev.sandglass.responses;

import org.jspecify.annotations.NullMarked;
