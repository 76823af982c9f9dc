package dev.sandglass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.billing.Ledger;
import dev.sandglass.common.Json;
import dev.sandglass.config.Config;
import dev.sandglass.key.KeyService;
import dev.sandglass.store.Database;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** {@code sandglass usage} over a home in which two projects have sessions. */
class UsageCommandTest {

  @TempDir private Path home;

  @BeforeEach
  void twoProjectsHaveSessions() {
    twoProjectsHaveSessionsIn(home);
  }

  private static void twoProjectsHaveSessionsIn(Path home) {
    Clock clock = Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC);
    try (Database database = Database.open(home.resolve("sandglass.db"), 1, false)) {
      KeyService keys = new KeyService(database, clock);
      Ledger ledger = new Ledger(database, Config.defaults().billing(), clock);
      for (String name : new String[] {"blue", "red"}) {
        KeyService.Created key = keys.create(name, "k");
        String project = key.key().project();
        for (int i = 0; i < name.length(); i++) {
          String id = "cntr_" + name + i;
          database.write(h ->
              h.execute(
                  "INSERT INTO container (id, project_id, name, created_at, last_active_at,"
                      + " idle_seconds, memory_bytes, auto, image_digest) VALUES (?, ?, '', 0, 0, 1, 1, 0, '')",
                  id,
                  project));
          ledger.open(project, key.key().id(), id);
          ledger.open(project, key.key().id(), id); // the same session, the same fee
        }
      }
    }
  }

  @Test
  void aTableShowsWhoOwesWhat() {
    String table = run("--from", "2026-02-01", "--to", "2026-02-28");
    assertThat(table.lines().map(l -> l.replaceAll(" +", " ")))
        .anyMatch(l -> l.matches("2026-02-03 blue key_\\w+ 4 0.12"))
        .anyMatch(l -> l.matches("2026-02-03 red key_\\w+ 3 0.09"))
        .anyMatch(l -> l.equals("total 7 0.21"));
  }

  @Test
  void serversForOtherModelsEndpointsCountToo() throws Exception {
    Path endpoint = Files.createDirectories(home.resolve("endpoints/0123abcd"));
    twoProjectsHaveSessionsIn(endpoint);
    Files.createDirectories(home.resolve("endpoints/unused"));
    String table = run("--from", "2026-02-01", "--to", "2026-02-28");
    assertThat(table.lines().map(l -> l.replaceAll(" +", " ")))
        .anyMatch(l -> l.matches("2026-02-03 blue key_\\w+ 4 0.12"))
        .anyMatch(l -> l.matches("2026-02-03 blue @0123abcd key_\\w+ 4 0.12"))
        .anyMatch(l -> l.equals("total 14 0.42"));
    JsonNode json = Json.MAPPER.readTree(run("--json", "--project", "red", "--from", "2026-02-01"));
    assertThat(json.path("usage")).hasSize(2);
    assertThat(json.at("/usage/1/endpoint").asString()).isEqualTo("0123abcd");
  }

  @Test
  void oneProjectAloneAsJson() {
    JsonNode json =
        Json.MAPPER.readTree(
            run("--json", "--project", "red", "--from", "2026-02-03", "--to", "2026-02-03"));
    assertThat(json.path("usage")).hasSize(1);
    assertThat(json.at("/usage/0/project").asString()).isEqualTo("red");
    assertThat(json.path("cost").decimalValue().toString()).isEqualTo("0.09");
    assertThat(json.path("sessions").asInt()).isEqualTo(3);
  }

  @Test
  void aTimeWithoutSessionsCostsNothing() {
    assertThat(run("--from", "2026-01-01", "--to", "2026-02-02")).endsWith("0\n").contains("total");
  }

  @Test
  void whatIsNoDayIsToldHowOneIsWritten() {
    StringWriter told = new StringWriter();
    CommandLine command = Main.commandLine().setErr(new PrintWriter(told));
    assertThat(command.execute("usage", "--from", "yesterday")).isEqualTo(2);
    assertThat(told.toString())
        .contains("'yesterday' is no day such as 2026-11-01")
        .doesNotContain("java");
  }

  private String run(String... options) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      String[] all =
          Stream.concat(Stream.of("usage", "--home", home.toString()), Stream.of(options))
              .toArray(String[]::new);
      assertThat(Main.commandLine().execute(all)).isZero();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
