/** The contract that every sandbox driver keeps. */
@NullMarked
package dev.sandglass.sandbox;

import org.jspecify.annotations.NullMarked;
