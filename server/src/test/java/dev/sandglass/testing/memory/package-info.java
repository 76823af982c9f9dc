/** A sandbox in memory, for tests of what lies above sandboxes. */
@NullMarked
package dev.sandglass.testing.memory;

import org.jspecify.annotations.NullMarked;
