@NullMarked
package dev.sandglass.billing;

import org.jspecify.annotations.NullMarked;
