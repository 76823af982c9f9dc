/** Sets up what the machine lacks: packages, the sandbox image, the local model. */
@NullMarked
package dev.sandglass.cli.setup;

import org.jspecify.annotations.NullMarked;
