/** API keys and the projects that they belong to. */
@NullMarked
package dev.sandglass.key;

import org.jspecify.annotations.NullMarked;
