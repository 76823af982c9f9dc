/** The configuration: one YAML file, environment and flags over it. */
@NullMarked
package dev.sandglass.config;

import org.jspecify.annotations.NullMarked;
