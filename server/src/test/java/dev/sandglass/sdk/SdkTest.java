package dev.sandglass.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonField;
import com.openai.core.JsonMissing;
import com.openai.core.JsonValue;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.containers.ContainerCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCodeInterpreterToolCall;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseIncludable;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.Tool;
import com.openai.models.responses.Tool.CodeInterpreter.Container;
import com.openai.models.responses.Tool.CodeInterpreter.Container.CodeInterpreterToolAuto;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The main flows with the official SDKs as they come from their registries. Python's and Node's are
 * in sdk-tests/; tests/10-server.sh installs them and says where by SANDGLASS_SDK_PYTHON.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set up once for all tests
class SdkTest {

  private static final Path SALES = Path.of("..", "examples", "sales.csv");

  private SdkServer server;
  private OpenAIClient client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    server = SdkServer.start(directory);
    client = server.client;
  }

  @AfterAll
  void stop() {
    server.close();
  }

  /** The newest major version, and the one before. */
  @ParameterizedTest
  @ValueSource(strings = {"SANDGLASS_SDK_PYTHON", "SANDGLASS_SDK_PYTHON_2"})
  void thePythonSdkRunsAllFlows(String which) throws Exception {
    String python = System.getenv().getOrDefault(which, "python3");
    run(
        Path.of("..", "sdk-tests", "python"),
        python,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        ".");
  }

  @Test
  void theNodeSdkRunsAllFlows() throws Exception {
    // One file after the other: their clients fill and break the one server.
    run(Path.of("..", "sdk-tests", "node"), "node", "--test", "--test-concurrency=1");
  }

  /** Another program's tests: its output is the message if it fails. */
  private void run(Path directory, String... command) throws IOException, InterruptedException {
    File output = File.createTempFile("sdk", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output);
    builder.environment().put("OPENAI_BASE_URL", server.tap.url().toString());
    builder.environment().put("SANDGLASS_TEST_INCOMING", server.incoming.toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().put("OPENAI_API_KEY", server.key());
    int status = builder.start().waitFor();
    String said = Files.readString(output.toPath(), StandardCharsets.UTF_8);
    System.out.println(said);
    Files.delete(output.toPath());
    Assertions.assertThat(status).as("%s", said).isZero();
  }

  private String upload() {
    return client
        .files()
        .create(FileCreateParams.builder().file(SALES).purpose(FilePurpose.USER_DATA).build())
        .validate()
        .id();
  }

  private static ResponseCreateParams.Builder question(String text, String... fileIds) {
    Tool.CodeInterpreter tool =
        Tool.CodeInterpreter.builder()
            .container(
                Tool.CodeInterpreter.Container.CodeInterpreterToolAuto.builder()
                    .fileIds(List.of(fileIds))
                    .build())
            .build();
    return ResponseCreateParams.builder()
        .model("gpt-5")
        .input(text)
        .addTool(tool)
        .addInclude(ResponseIncludable.CODE_INTERPRETER_CALL_OUTPUTS);
  }

  private static List<ResponseCodeInterpreterToolCall> calls(Response response) {
    return response.output().stream().flatMap(i -> i.codeInterpreterCall().stream()).toList();
  }

  private static String logs(ResponseCodeInterpreterToolCall call) {
    StringBuilder logs = new StringBuilder();
    call.outputs().orElseThrow().forEach(o -> o.logs().ifPresent(l -> logs.append(l.logs())));
    return logs.toString();
  }

  @Test
  void theJavaSdkAsksWithAFileAndDownloadsTheChart() throws Exception {
    Response response =
        client.responses().create(question("[chart] Chart it.", upload()).build()).validate();
    try (Stream<String> lines = Files.lines(SALES)) {
      assertThat(logs(calls(response).getFirst())).contains("rows: " + (lines.count() - 1));
    }
    var cited =
        response.output().stream()
            .flatMap(i -> i.message().stream())
            .flatMap(m -> m.content().stream())
            .flatMap(c -> c.asOutputText().annotations().stream())
            .flatMap(a -> a.containerFileCitation().stream())
            .filter(a -> a.filename().equals("chart.png"))
            .toList();
    assertThat(cited).hasSize(1);
    try (var content =
        client
            .containers()
            .files()
            .content()
            .retrieve(
                com.openai.models.containers.files.content.ContentRetrieveParams.builder()
                    .containerId(cited.getFirst().containerId())
                    .fileId(cited.getFirst().fileId())
                    .build())) {
      assertThat(content.body().readNBytes(4)).startsWith(0x89, 'P', 'N', 'G');
    }
  }

  @Test
  void theJavaSdkStreamsCodeAndText() {
    List<ResponseStreamEvent> events;
    try (var stream =
        client.responses().createStreaming(question("[chart] Chart it.", upload()).build())) {
      events = stream.stream().toList();
    }
    assertThat(events).allSatisfy(ResponseStreamEvent::validate);
    assertThat(events.getFirst().created()).isPresent();
    assertThat(events.getLast().completed()).isPresent();
    assertThat(events)
        .filteredOn(e -> e.codeInterpreterCallCodeDelta().isPresent())
        .hasSizeGreaterThan(3);
    assertThat(events).filteredOn(e -> e.outputTextDelta().isPresent()).hasSizeGreaterThan(3);
  }

  @Test
  void theJavaSdksAccumulatorMakesTheWholeResponse() {
    ResponseAccumulator helper = ResponseAccumulator.create();
    try (var stream =
        client.responses().createStreaming(question("[chart] Chart it.", upload()).build())) {
      stream.stream().forEach(helper::accumulate);
    }
    Response whole = helper.response().validate();
    assertThat(logs(calls(whole).getFirst())).contains("rows: ");
    assertThat(client.responses().retrieve(whole.id()).output()).hasSameSizeAs(whole.output());
  }

  @Test
  @SuppressWarnings("unchecked") // the SDK's way to send what its types don't have
  void theJavaSdkNamesItsContainerInAllForms() {
    String made =
        client.containers().create(ContainerCreateParams.builder().name("f").build()).id();
    JsonField<Container> existing =
        JsonValue.from(Map.of("type", "existing", "container_id", made));
    assertThat(usedBy(Tool.CodeInterpreter.builder().container(made))).isEqualTo(made);
    assertThat(usedBy(Tool.CodeInterpreter.builder().container(existing))).isEqualTo(made);
    CodeInterpreterToolAuto auto =
        CodeInterpreterToolAuto.builder()
            .memoryLimit(CodeInterpreterToolAuto.MemoryLimit.of("1g"))
            .build();
    assertThat(usedBy(Tool.CodeInterpreter.builder().container(auto))).isNotEqualTo(made);
    JsonField<Container> none = JsonMissing.of();
    assertThat(usedBy(Tool.CodeInterpreter.builder().container(none))).isNotEqualTo(made);
  }

  private String usedBy(Tool.CodeInterpreter.Builder tool) {
    ResponseCreateParams ask =
        ResponseCreateParams.builder()
            .model("gpt-5")
            .input("[remember] Keep 41.")
            .addTool(tool.build())
            .build();
    return calls(client.responses().create(ask)).getFirst().containerId();
  }

  @Test
  void theJavaSdkFollowsUpInTheSameContainer() {
    Response first = client.responses().create(question("[remember] Keep 41.").build());
    Response second =
        client
            .responses()
            .create(question("[recall] One more?").previousResponseId(first.id()).build());
    assertThat(logs(calls(second).getFirst()).strip()).isEqualTo("42");
    assertThat(calls(second).getFirst().containerId())
        .isEqualTo(calls(first).getFirst().containerId());
  }

  @Test
  void theJavaSdkSeesAnErrorRepaired() {
    Response response = client.responses().create(question("[retry] Read it.", upload()).build());
    assertThat(calls(response)).hasSize(2);
    assertThat(logs(calls(response).get(0))).contains("FileNotFoundError");
    assertThat(logs(calls(response).get(1))).contains("rows: ");
  }
}
