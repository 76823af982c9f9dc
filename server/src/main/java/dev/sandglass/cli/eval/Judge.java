package dev.sandglass.cli.eval;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Holds an attempt against the checks of a question: a pure function. */
final class Judge {

  private static final int NEAR = 60;

  private Judge() {}

  /** What an attempt lacks, one line for each check that it does not pass; empty when solved. */
  static List<String> faults(EvalQuestion question, JsonNode expected, Attempt attempt) {
    if (attempt.error() != null) {
      return List.of(attempt.error());
    }
    List<String> faults = new ArrayList<>();
    for (Check check : question.checks()) {
      switch (check) {
        case Check.Amount number ->
            numbers(number, value(expected, number.name()), attempt, faults);
        case Check.Naming naming -> names(naming, value(expected, naming.name()), attempt, faults);
        case Check.Image image -> image(image, expected, attempt, faults);
        case Check.File file -> {
          if (attempt.files().stream().noneMatch(made -> fits(file.glob(), made))) {
            faults.add("no file " + file.glob());
          }
        }
      }
    }
    return faults;
  }

  /** A text with plain dashes, without Markdown's emphasis and without TeX's care for commas. */
  static String plain(String text) {
    return text.replaceAll("[\u2010-\u2015\u2212]", "-")
        .replaceAll("\\*\\*|__|`", "")
        .replace("{,}", ",")
        .replace("\\,", "\u202f");
  }

  private static void numbers(
      Check.Amount check, JsonNode wanted, Attempt attempt, List<String> faults) {
    String text = plain(check.inFile() == null ? attempt.answer() : texts(check.inFile(), attempt));
    List<Figure> figures = Figure.in(text);
    for (JsonNode one : wanted.isArray() ? wanted : List.of(wanted)) {
      double value = one.asDouble();
      if (figures.stream().noneMatch(f -> equal(check, f, value) && near(check, f, text))) {
        faults.add("%s is %s".formatted(check.name(), one));
      }
    }
  }

  private static boolean equal(Check.Amount check, Figure figure, double wanted) {
    if (matches(check, figure, wanted, 1)) {
      return true;
    }
    boolean fraction = check.percent() && !figure.percent() && Math.abs(figure.value()) <= 1.5;
    return fraction && matches(check, figure, wanted, 100);
  }

  private static boolean matches(Check.Amount check, Figure figure, double wanted, double factor) {
    double found = figure.value() * factor;
    double off =
        check.anySign() ? Math.abs(Math.abs(found) - Math.abs(wanted)) : Math.abs(found - wanted);
    double halfStep = figure.step() * factor / 2 * (1 + 1e-6);
    return off <= check.relativeTolerance() * Math.abs(wanted) + 1e-12
        || (figure.digits() >= check.leastDigits() && off <= halfStep);
  }

  private static boolean near(Check.Amount check, Figure figure, String text) {
    if (check.nearWords().isEmpty()) {
      return true;
    }
    int lineStart = text.lastIndexOf('\n', figure.start()) + 1;
    int lineEnd = text.indexOf('\n', figure.end());
    int from = Math.min(lineStart, Math.max(0, figure.start() - NEAR));
    int to =
        Math.max(
            lineEnd < 0 ? text.length() : lineEnd, Math.min(text.length(), figure.end() + NEAR));
    String around = text.substring(from, to);
    String words = check.nearWords().stream().map(Pattern::quote).collect(Collectors.joining("|"));
    Pattern any =
        Pattern.compile(
            "(?<![\\p{L}\\d])(?:" + words + ")", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    return any.matcher(around).find();
  }

  private static void names(
      Check.Naming check, JsonNode wanted, Attempt attempt, List<String> faults) {
    String text = plain(attempt.answer());
    for (JsonNode one : wanted.isArray() ? wanted : List.of(wanted)) {
      String right = one.isObject() ? one.path("is").asString() : one.asString();
      List<String> rivals = new ArrayList<>();
      one.path("not").forEach(rival -> rivals.addAll(forms(check, rival.asString())));
      List<String> forms = forms(check, right);
      rivals.removeAll(forms);
      boolean caseMatters = !(check instanceof Check.Text);
      if (!new Naming(forms, rivals, check.claimWords(), caseMatters).settledIn(text)) {
        faults.add("%s is %s".formatted(check.name(), right));
      }
    }
  }

  private static List<String> forms(Check.Naming check, String name) {
    return switch (check) {
      case Check.Text _ -> List.of(name);
      case Check.Month _ -> DateForms.ofMonth(name);
      case Check.Day _ -> DateForms.ofDay(name);
    };
  }

  private static void image(
      Check.Image check, JsonNode expected, Attempt attempt, List<String> faults) {
    List<Produced> images = attempt.files().stream().filter(Produced::image).toList();
    if (images.isEmpty()) {
      faults.add("no image");
    } else if (check.name() != null) {
      JsonNode size = value(expected, check.name());
      int width = size.path(0).asInt();
      int height = size.path(1).asInt();
      if (images.stream().noneMatch(i -> i.width() == width && i.height() == height)) {
        faults.add("no image of %d x %d".formatted(width, height));
      }
    }
  }

  /**
   * The text of the files that fit, twice: as it is, and with commas taken as separators, since
   * {@code 503,507} in a table is two numbers.
   */
  private static String texts(String glob, Attempt attempt) {
    String text =
        attempt.files().stream()
            .filter(file -> fits(glob, file) && file.text() != null)
            .map(file -> String.valueOf(file.text()))
            .collect(Collectors.joining("\n"));
    return text + "\n" + text.replace(",", " ; ");
  }

  private static boolean fits(String glob, Produced file) {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    Path name = Path.of(file.name()).getFileName();
    return name != null && matcher.matches(name);
  }

  private static JsonNode value(JsonNode expected, String name) {
    JsonNode value = expected.path(name);
    if (value.isMissingNode()) {
      throw new IllegalStateException("expected.json has no value for " + name);
    }
    return value;
  }
}
