/** The evaluation: questions asked to the whole product, answers judged by computed values. */
@NullMarked
package dev.sandglass.cli.eval;

import org.jspecify.annotations.NullMarked;
