@NullMarked
package dev.sandglass.sandbox.probe;

import org.jspecify.annotations.NullMarked;
