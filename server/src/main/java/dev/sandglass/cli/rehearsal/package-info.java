/** One run of the server for the JVM to learn from: see {@link RehearseCommand}. */
@NullMarked
package dev.sandglass.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
