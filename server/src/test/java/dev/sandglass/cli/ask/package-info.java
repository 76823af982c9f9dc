@NullMarked
package dev.sandglass.cli.ask;

import org.jspecify.annotations.NullMarked;
