@NullMarked
package dev.sandglass.cli.local;

import org.jspecify.annotations.NullMarked;
