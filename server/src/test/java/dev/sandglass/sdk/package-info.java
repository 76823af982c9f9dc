/** The official SDKs, unmodified, against a real server with real containers. */
@NullMarked
package dev.sandglass.sdk;

import org.jspecify.annotations.NullMarked;
