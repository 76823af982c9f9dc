/** The assembly: builds and starts everything, and stops it. */
@NullMarked
package dev.sandglass.server;

import org.jspecify.annotations.NullMarked;
