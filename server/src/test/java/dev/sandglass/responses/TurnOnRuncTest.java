package dev.sandglass.responses;

import static dev.sandglass.responses.ScriptedSession.code;
import static dev.sandglass.responses.ScriptedSession.text;
import static dev.sandglass.responses.TurnBench.PROJECT;
import static dev.sandglass.responses.TurnBench.ask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.config.Config;
import dev.sandglass.config.Edition;
import dev.sandglass.container.ContainerService;
import dev.sandglass.file.BlobStore;
import dev.sandglass.file.DiskBlobStore;
import dev.sandglass.file.FileService;
import dev.sandglass.file.StoredFile;
import dev.sandglass.model.Dialect;
import dev.sandglass.model.TranscriptEntry;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.store.Database;
import dev.sandglass.testing.Runc;
import dev.sandglass.testing.Validated;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns on real containers: what is promised of files, variables, errors, ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class TurnOnRuncTest {

  private final Config config = Config.of(Map.of("sandbox.cell-timeout", "3s"));
  private final List<Responses> opened = new ArrayList<>();
  private SandboxDriver driver;
  private Database database;
  private FileService files;
  private ContainerService containers;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    driver = Runc.open(directory);
    database = Database.open(directory.resolve("s.db"), 2, false);
    database.write(h ->
        h.execute("INSERT INTO project (id, name, created_at) VALUES (?, 'test', 0)", PROJECT));
    Clock clock = Clock.systemUTC();
    DiskBlobStore blobs = new DiskBlobStore(directory.resolve("blobs"), clock);
    files = new FileService(database, blobs, config.files(), clock);
    containers = new ContainerService(database, blobs, files, driver, config, clock);
  }

  @AfterAll
  void stop() {
    opened.forEach(Responses::close);
    if (containers != null) {
      containers.close();
      database.close();
      driver.close();
    }
  }

  @Test
  void aFileIsIntroducedReadPlottedAndTheChartCited() throws Exception {
    StoredFile sales = upload("sales.csv", Path.of("..", "examples", "sales.csv"));
    ScriptedSession model =
        new ScriptedSession(
            Dialect.TOOLS,
            code(
                """
                import pandas as pd, matplotlib.pyplot as plt, os
                df = pd.read_csv('/mnt/data/sales.csv')
                os.makedirs('/mnt/data/out', exist_ok=True)
                df.head(0).to_csv('/mnt/data/out/head.csv')
                df.iloc[:, -1].plot()
                plt.savefig('/mnt/data/chart 📈.png')
                plt.show()
                print(len(df))
                """),
            text("Here is it: 📈 [chart](sandbox:/mnt/data/chart 📈.png)"));
    JsonNode end =
        stream(model, ask("Plot").tool(new CodeInterpreter.Auto(List.of(sales.id()))).build());
    long rows = Files.lines(Path.of("..", "examples", "sales.csv")).count() - 1;
    assertThat(end.at("/output/0/outputs").toString()).contains("data:image/png;base64,");
    assertThat(end.at("/output/0/outputs").toString()).contains(rows + "\\n");
    String url = end.at("/output/0/outputs").findValue("url").asString();
    byte[] png = Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
    assertThat(png).startsWith((byte) 0x89, 'P', 'N', 'G');
    JsonNode cited = end.at("/output/1/content/0/annotations");
    assertThat(cited.findValuesAsString("filename"))
        .hasSize(3)
        .contains("head.csv", "chart 📈.png");
    assertThat(cards(model)).singleElement().asString().contains("sales.csv");
  }

  @Test
  void variablesPersistAmongFollowUpsAndNeverLeakIntoAnotherContainer() throws Exception {
    ScriptedSession model =
        new ScriptedSession(
            Dialect.TOOLS,
            code("secret = 41"),
            text("Set."),
            code("print(secret + 1)"),
            text("Read."),
            code("print(secret)"),
            text("Not there."));
    JsonNode first = stream(model, ask("a").build());
    JsonNode second = stream(model, ask("b").after(first.path("id").asString()).build());
    assertThat(second.at("/output/0/outputs/0/logs").asString()).isEqualTo("42\n");
    JsonNode other = stream(model, ask("c").build());
    assertThat(other.at("/output/0/outputs/0/logs").asString()).contains("NameError");
    assertThat(other.at("/output/0/status").asString()).isEqualTo("completed");
  }

  @Test
  void theClientSeesTheTracebackAndTheModelAShortError() throws Exception {
    ScriptedSession model =
        new ScriptedSession(
            Dialect.BLOCKS,
            code("import pandas as pd\npd.read_csv('nope.csv')"),
            text("No."),
            text("No."));
    JsonNode end = stream(model, ask("?").build());
    String logs = end.at("/output/0/outputs/0/logs").asString();
    String seen = seen(model);
    assertThat(logs).contains("Traceback", "FileNotFoundError");
    assertThat(seen).contains("FileNotFoundError", "nope.csv").hasSizeLessThan(logs.length() / 2);
  }

  @Test
  void aCellThatIsTooSlowFailsAndTheNextOneRuns() throws Exception {
    ScriptedSession model =
        new ScriptedSession(
            Dialect.TOOLS, code("x = 5\nwhile True: pass"), code("print(x)"), text("Stopped."));
    JsonNode end = stream(model, ask("?").build());
    assertThat(end.at("/output/0/status").asString()).isEqualTo("failed");
    assertThat(end.at("/output/1/outputs/0/logs").asString()).isEqualTo("5\n");
  }

  @Test
  void aKernelThatDiesIsAFailedCallAndTheModelIsToldWhatIsLost() throws Exception {
    ScriptedSession model =
        new ScriptedSession(
            Dialect.TOOLS, code("import os\nos._exit(3)"), code("print(1)"), text("Died."));
    JsonNode end = stream(model, ask("?").build());
    assertThat(end.at("/output/0/status").asString()).isEqualTo("failed");
    assertThat(end.at("/output/1/outputs/0/logs").asString()).contains("1\n");
  }

  @Test
  void aClientThatHangsUpInterruptsTheCellWithinFiveSeconds() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    ScriptedSession model =
        new ScriptedSession(
            Dialect.TOOLS, code("import time\nprint('go', flush=True)\ntime.sleep(60)"));
    Responses responses = responses(model);
    Turn turn = responses.prepare(PROJECT, null, ask("?").include(Include.CELL_OUTPUT).build());
    Thread thread =
        Thread.ofVirtual()
            .start(() ->
                turn.run(e -> {
                  if (e.path("type").asString().startsWith("sandglass.")) {
                    running.countDown();
                  }
                }));
    running.await();
    turn.clientGone();
    assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
    ObjectNode stored = responses.get(PROJECT, turn.id(), Set.of(), Edition.GUIDE);
    Validated.object(stored.toString());
    assertThat(stored.path("status").asString()).isEqualTo("cancelled");
  }

  private StoredFile upload(String name, Path from) throws IOException {
    try (InputStream content = Files.newInputStream(from);
        BlobStore.Staged staged = files.receive(content)) {
      return files.create(PROJECT, name, "user_data", staged, null);
    }
  }

  private Responses responses(ScriptedSession model) {
    Responses responses =
        new Responses(
            new ResponseStore(database),
            model,
            new ServiceContainers(containers, files),
            TurnLimits.of(config.turn()),
            (answer, sources) -> List.of(),
            text -> text,
            Clock.systemUTC());
    opened.add(responses);
    return responses;
  }

  private JsonNode stream(ScriptedSession model, ResponseRequest request) {
    List<ObjectNode> events = new ArrayList<>();
    try (Turn turn = responses(model).prepare(PROJECT, null, request)) {
      turn.run(events::add);
    }
    return EventOrder.check(events);
  }

  private static List<String> cards(ScriptedSession model) {
    return model.requests.getFirst().transcript().stream()
        .filter(TranscriptEntry.Files.class::isInstance)
        .flatMap(e -> ((TranscriptEntry.Files) e).cards().stream())
        .toList();
  }

  private static String seen(ScriptedSession model) {
    return model.requests.getLast().transcript().stream()
        .filter(TranscriptEntry.PythonResult.class::isInstance)
        .map(e -> ((TranscriptEntry.PythonResult) e).output())
        .reduce("", (a, b) -> b);
  }
}
