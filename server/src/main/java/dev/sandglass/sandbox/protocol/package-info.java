/**
 * The client side of docs/protocol.md: frames, one connection, the zygote's and the supervisor's
 * clients. Everything that arrives is hostile: bounded, checked, and the end of the connection if
 * it makes no sense.
 */
@NullMarked
package dev.sandglass.sandbox.protocol;

import org.jspecify.annotations.NullMarked;
