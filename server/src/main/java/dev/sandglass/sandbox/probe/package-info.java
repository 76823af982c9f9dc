/** Attempts to get out of a container, and what becomes of their report. */
@NullMarked
package dev.sandglass.sandbox.probe;

import org.jspecify.annotations.NullMarked;
