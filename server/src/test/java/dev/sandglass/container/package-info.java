@NullMarked
package dev.sandglass.container;

import org.jspecify.annotations.NullMarked;
