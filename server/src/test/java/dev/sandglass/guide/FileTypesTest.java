package dev.sandglass.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.Api;
import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedReply;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * The guide's "Supported File Types", each uploaded, introduced to the model by its card, read by
 * code, written and downloaded again, over real HTTP and in a real container.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set up once for all tests
class FileTypesTest {

  private ScriptedModel model;
  private RunningServer server;
  private Api api;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    model = ScriptedModel.start();
    server = RunningServer.start(directory, model, Map.of());
    api = new Api(server.url(), server.key());
  }

  @AfterAll
  void stop() {
    api.close();
    server.close();
    model.close();
  }

  static List<FileTypes.Type> types() {
    return FileTypes.ALL;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void aFileIsUploadedIntroducedReadWrittenAndDownloaded(FileTypes.Type type) throws Exception {
    String id = api.upload("/files", type.file(), content(type.file())).path("id").asString();
    model.reply(ScriptedReply.code(type.cell()), ScriptedReply.text("Done."));
    int before = model.requests().size();
    JsonNode response =
        api.post(
                "/responses",
                """
                {'model':'m','messages':[{'role':'user','content':'Read it.'}],'tools':[
                  {'type':'code_interpreter','container':{'type':'auto','file_ids':['%s']}}]}
                """
                    .formatted(id))
            .json();

    String asked = model.requests().get(before).body().path("messages").toString();
    assertThat(asked).contains("/mnt/data/" + type.file(), type.card());
    JsonNode output = response.at("/tool_outputs/0");
    assertThat(output.path("error").isNull()).as("%s", output).isTrue();
    assertThat(output.path("logs").asString()).contains(type.printed());
    if (type.made() != null) {
      JsonNode made = output.path("files").path(0);
      assertThat(made.path("filename").asString()).isEqualTo(type.made());
      Api.Answer answer = api.get("/files/" + made.path("file_id").asString() + "/content");
      assertThat(answer.body()).hasSize(made.path("bytes").asInt());
      type.reader().read(answer.body());
    }
  }

  private static byte[] content(String name) throws Exception {
    try (InputStream in = FileTypesTest.class.getResourceAsStream("/guide-files/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
