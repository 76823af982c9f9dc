@NullMarked
package dev.sandglass.cli.doctor;

import org.jspecify.annotations.NullMarked;
