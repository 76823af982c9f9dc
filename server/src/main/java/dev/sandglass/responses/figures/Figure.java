package dev.sandglass.responses.figures;

import java.math.BigDecimal;

/**
 * A number as it stands in a text.
 *
 * @param text as written
 * @param value without sign, scale words applied (16.3k is 16300)
 * @param unit the value of one in its last written digit: 0.01 for 12.34, 100 for 16.3k
 * @param percent whether a per cent sign follows
 */
record Figure(String text, BigDecimal value, BigDecimal unit, boolean percent) {}
