/** The Files API's domain and the content-addressed store. */
@NullMarked
package dev.sandglass.file;

import org.jspecify.annotations.NullMarked;
