/** Containers: lifecycle, cells, files, file cards. */
@NullMarked
package dev.sandglass.container;

import org.jspecify.annotations.NullMarked;
