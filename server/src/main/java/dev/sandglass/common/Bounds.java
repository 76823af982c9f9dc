package dev.sandglass.common;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Numbers held against their bounds, with the hosted API's codes and messages. */
public final class Bounds {

  private Bounds() {}

  public static void integer(String param, BigInteger value, long min, long max) {
    if (value.compareTo(BigInteger.valueOf(min)) < 0) {
      throw below(param, "integer", Long.toString(min), value.toString());
    }
    if (value.compareTo(BigInteger.valueOf(max)) > 0) {
      throw above(param, "integer", Long.toString(max), value.toString());
    }
  }

  /** A number beyond what a double holds (1e400 in JSON), which reading makes infinite. */
  public static void finite(String param, double value, double min, double max) {
    if (Double.isInfinite(value)) {
      throw value < 0
          ? below(param, "decimal", plain(min), "a number too far below it")
          : above(param, "decimal", plain(max), "a number too far above it");
    }
  }

  public static void decimal(String param, BigDecimal value, double min, double max) {
    if (value.compareTo(BigDecimal.valueOf(min)) < 0) {
      throw below(param, "decimal", plain(min), value.toString());
    }
    if (value.compareTo(BigDecimal.valueOf(max)) > 0) {
      throw above(param, "decimal", plain(max), value.toString());
    }
  }

  private static ApiException below(String param, String type, String min, String got) {
    return ApiException.invalid(
        "Invalid '%s': %s below minimum value. Expected a value >= %s, but got %s instead."
            .formatted(param, type, min, Text.shown(got)),
        type + "_below_min_value",
        param);
  }

  private static ApiException above(String param, String type, String max, String got) {
    return ApiException.invalid(
        "Invalid '%s': %s above maximum value. Expected a value <= %s, but got %s instead."
            .formatted(param, type, max, Text.shown(got)),
        type + "_above_max_value",
        param);
  }

  private static String plain(double bound) {
    return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
  }
}
