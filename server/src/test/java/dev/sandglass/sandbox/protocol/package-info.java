/** The protocol's client held against every kind of nonsense. */
@NullMarked
package dev.sandglass.sandbox.protocol;

import org.jspecify.annotations.NullMarked;
