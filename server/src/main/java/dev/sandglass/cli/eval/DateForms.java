package dev.sandglass.cli.eval;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The common ways to write a day or a month, day before month and month before day. */
final class DateForms {

  private DateForms() {}

  /** Forms of {@code 2024-11}: November, Nov, 2024-11, 11/2024, 11.2024. */
  static List<String> ofMonth(String iso) {
    YearMonth month = YearMonth.parse(iso);
    return List.of(
        format("MMMM", month.atDay(1)),
        format("MMM", month.atDay(1)),
        iso,
        format("MM/yyyy", month.atDay(1)),
        format("MM.yyyy", month.atDay(1)));
  }

  /** Forms of {@code 2024-11-05}: 5 November, Nov 5th, 2024-11-05, 05.11.2024, 11/05/2024, … */
  static List<String> ofDay(String iso) {
    LocalDate day = LocalDate.parse(iso);
    List<String> forms = new ArrayList<>();
    for (String pattern : List.of("yyyy-MM-dd", "dd.MM.yyyy", "d.M.yyyy", "MM/dd/yyyy")) {
      forms.add(format(pattern, day));
    }
    for (String pattern : List.of("dd/MM/yyyy", "d/M/yyyy", "M/d/yyyy", "yyyy/MM/dd")) {
      forms.add(format(pattern, day));
    }
    int number = day.getDayOfMonth();
    String ordinal = number + suffix(number);
    for (String name : List.of(format("MMMM", day), format("MMM", day))) {
      forms.add(number + " " + name);
      forms.add(name + " " + number);
      forms.add(format("dd", day) + " " + name);
      forms.add(name + " " + format("dd", day));
      forms.add(ordinal + " " + name);
      forms.add(ordinal + " of " + name);
      forms.add(name + " " + ordinal);
    }
    return forms.stream().distinct().toList();
  }

  private static String suffix(int number) {
    if (number >= 11 && number <= 13) {
      return "th";
    }
    return switch (number % 10) {
      case 1 -> "st";
      case 2 -> "nd";
      case 3 -> "rd";
      default -> "th";
    };
  }

  private static String format(String pattern, LocalDate day) {
    return DateTimeFormatter.ofPattern(pattern, Locale.US).format(day);
  }
}
