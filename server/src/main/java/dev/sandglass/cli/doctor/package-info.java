/** {@code sandglass doctor}: what this host has, and whether the sandbox holds on it. */
@NullMarked
package dev.sandglass.cli.doctor;

import org.jspecify.annotations.NullMarked;
