/** The server as a process: stopped, killed, started again. */
@NullMarked
package dev.sandglass.server;

import org.jspecify.annotations.NullMarked;
