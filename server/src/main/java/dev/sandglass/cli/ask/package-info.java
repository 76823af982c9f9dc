/** {@code sandglass ask}: one question from the terminal to the answer. */
@NullMarked
package dev.sandglass.cli.ask;

import org.jspecify.annotations.NullMarked;
