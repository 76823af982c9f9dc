/** What tests of several packages share. */
@NullMarked
package dev.sandglass.testing;

import org.jspecify.annotations.NullMarked;
