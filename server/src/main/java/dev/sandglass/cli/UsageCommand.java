package dev.sandglass.cli;

import dev.sandglass.billing.Usage;
import dev.sandglass.billing.Used;
import dev.sandglass.cli.local.LocalServer;
import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.key.KeyService;
import dev.sandglass.store.Database;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sandglass usage}: works on the databases, whether servers run or not. */
@Command(
    name = "usage",
    description = {
      "Container sessions and what they cost, by day, project and key (UTC).",
      "Those of servers for other models' endpoints (--model-url), which have homes of their own"
          + " below endpoints/, are marked by that home's name."
    })
final class UsageCommand implements Callable<Integer> {

  @Mixin private Configuration configuration = new Configuration();

  @Option(names = "--project", paramLabel = "NAME", description = "Only this project, by name.")
  private @Nullable String project;

  @Option(
      names = "--from",
      paramLabel = "DAY",
      converter = Day.class,
      description = "The first day, such as 2026-11-01 (default: this month's first).")
  private @Nullable LocalDate from;

  @Option(
      names = "--to",
      paramLabel = "DAY",
      converter = Day.class,
      description = "The last day (default: today).")
  private @Nullable LocalDate to;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  /** Reads a day, and says how one is written. */
  static final class Day implements ITypeConverter<LocalDate> {
    @Override
    public LocalDate convert(String text) {
      try {
        return LocalDate.parse(text);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException("'" + text + "' is no day such as 2026-11-01");
      }
    }
  }

  /**
   * One line of the table.
   *
   * @param endpoint name of the home of a server for a model's endpoint; "" for the main one
   */
  private record Line(LocalDate day, String endpoint, String project, Used used) {

    String owner() {
      return endpoint.isEmpty() ? project : project + " @" + endpoint;
    }
  }

  @Override
  public Integer call() {
    Clock clock = Clock.systemUTC();
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    LocalDate last = to == null ? today : to;
    LocalDate first = from == null ? last.withDayOfMonth(1) : from;
    if (last.isBefore(first)) {
      throw new SandglassException(Kind.INVALID, "--to " + last + " is before --from " + first);
    }
    Path main = configuration.load(Map.of()).storage().homeDir();
    List<Line> lines = new ArrayList<>();
    Set<String> projects = new TreeSet<>();
    for (Path home : LocalServer.homes(main)) {
      Path file = home.resolve("sandglass.db");
      if (home.equals(main) || Files.exists(file)) {
        try (Database database = Database.open(file, 1, false)) {
          Map<String, String> names = new KeyService(database, clock).projects();
          projects.addAll(names.values());
          String endpoint = home.equals(main) ? "" : home.getFileName().toString();
          lines.addAll(lines(new Usage(database), endpoint, names, first, last));
        }
      }
    }
    if (project != null && !projects.contains(project)) {
      throw new SandglassException(
          Kind.NOT_FOUND, "no project '" + project + "': there are " + projects);
    }
    lines.sort(Comparator.comparing(Line::day)); // else as they came
    if (json) {
      System.out.println(json(first, last, lines));
    } else {
      table(System.out, lines);
    }
    return 0;
  }

  private List<Line> lines(
      Usage usage, String endpoint, Map<String, String> names, LocalDate first, LocalDate last) {
    @Nullable List<String> only =
        project == null
            ? null
            : names.keySet().stream().filter(id -> project.equals(names.get(id))).toList();
    if (only != null && only.isEmpty()) {
      return List.of();
    }
    Usage.Answer answer =
        usage.ask(
            new Usage.Query(
                startOf(first),
                startOf(last.plusDays(1)),
                Duration.ofDays(1),
                only,
                null,
                EnumSet.allOf(Usage.Group.class),
                Integer.MAX_VALUE));
    List<Line> lines = new ArrayList<>();
    for (Usage.Bucket bucket : answer.buckets()) {
      LocalDate day = LocalDate.ofInstant(bucket.start(), ZoneOffset.UTC);
      bucket
          .results()
          .forEach(
              u -> lines.add(new Line(day, endpoint, names.getOrDefault(u.project(), "?"), u)));
    }
    return lines;
  }

  private static Instant startOf(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static void table(PrintStream out, List<Line> lines) {
    String row = "%-10s  %-20s  %-20s  %8s  %10s%n";
    out.printf(row, "DAY", "PROJECT", "KEY", "SESSIONS", "USD");
    for (Line line : lines) {
      out.printf(
          row,
          line.day(),
          line.owner(),
          line.used().key() == null ? "-" : line.used().key(),
          line.used().sessions(),
          line.used().cost().toPlainString());
    }
    out.printf(row, "total", "", "", sessions(lines), cost(lines).toPlainString());
  }

  private static ObjectNode json(LocalDate first, LocalDate last, List<Line> lines) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("from", first.toString()).put("to", last.toString());
    ArrayNode days = root.putArray("usage");
    for (Line line : lines) {
      days.addObject()
          .put("day", line.day().toString())
          .put("endpoint", line.endpoint().isEmpty() ? null : line.endpoint())
          .put("project", line.project())
          .put("project_id", line.used().project())
          .put("api_key_id", line.used().key())
          .put("sessions", line.used().sessions())
          .put("cost", line.used().cost());
    }
    return root.put("sessions", sessions(lines)).put("cost", cost(lines)).put("currency", "usd");
  }

  private static long sessions(List<Line> lines) {
    return lines.stream().mapToLong(l -> l.used().sessions()).sum();
  }

  private static BigDecimal cost(List<Line> lines) {
    return lines.stream().map(l -> l.used().cost()).reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
