/** The server on this machine as the command line sees it: found, started, stopped. */
@NullMarked
package dev.sandglass.cli.local;

import org.jspecify.annotations.NullMarked;
