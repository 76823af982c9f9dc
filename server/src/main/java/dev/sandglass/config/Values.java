package dev.sandglass.config;

import dev.sandglass.common.Nearest;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Reads single values from text, and holds them against their bounds. */
final class Values {

  private Values() {}

  /**
   * Reads a value of the given type.
   *
   * @throws IllegalArgumentException with a message that shows what is allowed
   */
  static Object parse(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    } else if (type == int.class) {
      return (int) wholeNumber(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    } else if (type == long.class) {
      return wholeNumber(text, Long.MIN_VALUE, Long.MAX_VALUE);
    } else if (type == BigDecimal.class) {
      return decimal(text);
    } else if (type == boolean.class) {
      return truth(text);
    } else if (type == Duration.class) {
      return Durations.parse(text);
    } else if (type == DataSize.class) {
      return DataSize.parse(text);
    } else if (type == Path.class) {
      return path(text);
    } else if (type.isEnum()) {
      return constant(type, text);
    }
    throw new IllegalStateException("no reader for " + type);
  }

  static void checkRange(Object value, Setting setting) {
    if (!setting.min().isEmpty() && compare(value, setting.min()) < 0) {
      throw new IllegalArgumentException("the least is " + setting.min());
    }
    if (!setting.max().isEmpty() && compare(value, setting.max()) > 0) {
      throw new IllegalArgumentException("the most is " + setting.max());
    }
  }

  private static int compare(Object value, String bound) {
    return switch (value) {
      case Integer i -> Long.compare(i, Long.parseLong(bound));
      case Long l -> Long.compare(l, Long.parseLong(bound));
      case BigDecimal d -> d.compareTo(new BigDecimal(bound));
      case Duration d -> d.compareTo(Durations.parse(bound));
      case DataSize s -> s.compareTo(DataSize.parse(bound));
      default -> throw new IllegalStateException("no bounds for " + value.getClass());
    };
  }

  private static long wholeNumber(String text, long least, long most) {
    try {
      long n = Long.parseLong(text.replace("_", ""));
      if (n >= least && n <= most) {
        return n;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("expected a whole number", e);
    }
    throw new IllegalArgumentException("expected a whole number up to " + most);
  }

  private static BigDecimal decimal(String text) {
    // No exponent: nobody means 3e-2, and a huge one would make a huge number.
    if (!text.matches("-?\\d{1,12}(\\.\\d{1,12})?")) {
      throw new IllegalArgumentException("expected a decimal number such as 0.03");
    }
    return new BigDecimal(text);
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("expected true or false");
    };
  }

  private static Path path(String text) {
    try {
      return text.startsWith("~/")
          ? Path.of(System.getProperty("user.home"), text.substring(2))
          : Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a path: " + e.getReason(), e);
    }
  }

  private static Object constant(Class<?> type, String text) {
    List<String> names = Arrays.stream(type.getEnumConstants()).map(Values::constantName).toList();
    int index = names.indexOf(text);
    if (index < 0) {
      throw new IllegalArgumentException(
          "expected one of " + String.join(", ", names) + Nearest.hint(text, names, "`"));
    }
    return type.getEnumConstants()[index];
  }

  static String constantName(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
