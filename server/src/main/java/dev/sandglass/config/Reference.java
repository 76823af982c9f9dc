package dev.sandglass.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes docs/configuration.md from the schema, so that the two cannot differ. */
public final class Reference {

  private static final String HEAD =
      """
      # Configuration

      One YAML file, given with `--config FILE`. Every setting has a default, so no file is needed. Over the file go
      environment variables, over those flags (`--set server.port=9000`). An unknown name anywhere stops the start with
      the nearest known one.

      - The environment variable of a setting is `SANDGLASS_` and its path in capitals, with `_` for `.` and `-`:
        `sandbox.cell-timeout` is `SANDGLASS_SANDBOX_CELL_TIMEOUT`. An empty variable counts as not set. What lies below
        `models.upstreams` and `models.routes` is set in the file or by flags.
      - Durations are written `250ms`, `60s`, `1h30m` (units ms, s, m, h, d); sizes `64KiB`, `1GiB` (B, KiB, MiB, GiB, TiB).

      This page is generated from `Config.java` (`ConfigReferenceTest` holds the two together).
      """;

  private Reference() {}

  /** The whole page. */
  public static String markdown() {
    StringBuilder page = new StringBuilder(HEAD);
    page.append(TABLE_HEAD);
    Schema.of(Config.class).stream()
        .filter(e -> !(e.type() instanceof Schema.Type.Section))
        .forEach(e -> row(page, e.key(), e));
    for (Schema.Entry entry : Schema.of(Config.class)) {
      if (entry.type() instanceof Schema.Type.Section section) {
        page.append("\n## ").append(entry.key()).append('\n').append(TABLE_HEAD);
        rows(page, section.record(), entry.key() + ".");
      }
    }
    return page.toString();
  }

  private static final String TABLE_HEAD =
      "\n| setting | default | meaning |\n| --- | --- | --- |\n";

  private static void rows(StringBuilder page, Class<? extends Record> section, String prefix) {
    for (Schema.Entry entry : Schema.of(section)) {
      String path = prefix + entry.key();
      switch (entry.type()) {
        case Schema.Type.Section nested -> rows(page, nested.record(), path + ".");
        case Schema.Type.Scalar _ -> row(page, path, entry);
        case Schema.Type.Named named -> {
          row(page, path, entry);
          if (named.value() instanceof Schema.Type.Section nested) {
            rows(page, nested.record(), path + ".NAME.");
          }
        }
      }
    }
  }

  private static void row(StringBuilder page, String path, Schema.Entry entry) {
    Setting setting = entry.setting();
    if (setting == null) {
      throw new IllegalStateException(path + " has no words");
    }
    String value = setting.value().isEmpty() ? "" : "`" + setting.value() + "`";
    page.append("| `%s` | %s | %s%s |\n".formatted(path, value, setting.doc(), notes(entry)));
  }

  private static String notes(Schema.Entry entry) {
    StringBuilder notes = new StringBuilder();
    if (entry.type() instanceof Schema.Type.Scalar(Class<?> type)) {
      if (type.isEnum()) {
        notes
            .append(" One of ")
            .append(
                Arrays.stream(type.getEnumConstants())
                    .map(c -> "`" + Values.constantName(c) + "`")
                    .collect(Collectors.joining(", ")))
            .append('.');
      } else if (entry.defaultText().isEmpty() && !entry.nullable()) {
        notes.append(" Required.");
      }
      if (type == Duration.class
          || type == DataSize.class
          || type == BigDecimal.class
          || type.isPrimitive()) {
        bounds(notes, entry);
      }
    }
    if (entry.setting() != null && !entry.setting().env().isEmpty()) {
      notes.append(" Also `").append(entry.setting().env()).append("`.");
    }
    return notes.toString();
  }

  private static void bounds(StringBuilder notes, Schema.Entry entry) {
    Setting setting = entry.setting();
    if (setting != null && !setting.min().isEmpty()) {
      notes.append(" At least ").append(setting.min());
      notes.append(setting.max().isEmpty() ? "." : ", at most " + setting.max() + ".");
    }
  }
}
