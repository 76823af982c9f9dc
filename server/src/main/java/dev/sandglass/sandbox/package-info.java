/** Sandbox drivers, the protocol and the zygote's client (docs/protocol.md). */
@NullMarked
package dev.sandglass.sandbox;

import org.jspecify.annotations.NullMarked;
