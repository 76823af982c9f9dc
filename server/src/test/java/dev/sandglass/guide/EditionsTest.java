package dev.sandglass.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.config.Edition;
import dev.sandglass.testing.Api;
import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedReply;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Every difference of docs/compatibility.md, seen from both sides: one server, a key for each
 * edition.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set up once for all tests
class EditionsTest {

  private static final String TOOL = "{'type':'code_interpreter','container':{'type':'auto'}}";

  private ScriptedModel model;
  private RunningServer server;
  private Api guide;
  private Api openai;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    model = ScriptedModel.start();
    server = RunningServer.start(directory, model, Map.of());
    guide = new Api(server.url(), server.key());
    openai = new Api(server.url(), server.key(Edition.OPENAI));
  }

  @AfterAll
  void stop() {
    guide.close();
    openai.close();
    server.close();
    model.close();
  }

  @Test
  void messagesStandForInput() throws Exception {
    String body = "{'model':'m','messages':[{'role':'user','content':'Hi'}]}";
    model.reply(ScriptedReply.text("Hello."));
    assertThat(guide.post("/responses", body).status()).isEqualTo(200);
    JsonNode error = openai.post("/responses", body).error();
    assertThat(error.path("code").asString()).isEqualTo("unsupported_parameter");
    assertThat(error.path("message").asString()).contains("moved to 'input'");
  }

  @Test
  void theShapesOfChatCompletionsAreRead() throws Exception {
    String body =
        """
        {'model':'m','input':[
          {'role':'assistant','content':'Hi','refusal':null,'audio':null},
          {'role':'user','content':[{'type':'text','text':'Hi'}]}]}
        """;
    model.reply(ScriptedReply.text("Hello."));
    assertThat(guide.post("/responses", body).status()).isEqualTo(200);
    assertThat(openai.post("/responses", body).error().path("code").asString())
        .isEqualTo("unknown_parameter");
  }

  @Test
  void aChatsFilePartIsCopiedIntoTheContainer() throws Exception {
    String file = guide.upload("/files", "in.csv", "a\n1\n").path("id").asString();
    String body =
        """
        {'model':'m','messages':[{'role':'user','name':'ann','content':[
          {'type':'file','file':{'file_id':'%s'}},
          {'type':'file','file':{'filename':'other.csv','file_data':'YgoyCg=='}},
          {'type':'text','text':'Read.'}]}],'tools':[%s]}
        """
            .formatted(file, TOOL);
    model.reply(
        ScriptedReply.code("import os; print(*sorted(os.listdir('/mnt/data')))"),
        ScriptedReply.text("Read."));
    assertThat(guide.post("/responses", body).json().at("/tool_outputs/0/logs").asString())
        .isEqualTo("in.csv other.csv\n");
    assertThat(openai.post("/responses", body.replace("messages", "input")).error().toString())
        .contains("name");
  }

  @Test
  void aToolNeedsNoContainer() throws Exception {
    String body = "{'model':'m','input':'Hi','tools':[{'type':'code_interpreter'}]}";
    model.reply(ScriptedReply.text("Hello."));
    assertThat(guide.post("/responses", body).json().at("/tools/0/container/type").asString())
        .isEqualTo("auto");
    JsonNode error = openai.post("/responses", body).error();
    assertThat(error.path("message").asString())
        .isEqualTo("Missing required parameter: 'tools[0].container'.");
  }

  @Test
  void aContainerIsNamedAsExisting() throws Exception {
    String id = container(guide).path("id").asString();
    String body =
        """
        {'model':'m','input':'Hi','tools':[{'type':'code_interpreter',
         'container':{'type':'existing','container_id':'%s'}}]}
        """
            .formatted(id);
    model.reply(ScriptedReply.text("Hello."));
    assertThat(guide.post("/responses", body).json().at("/tools/0/container").asString())
        .isEqualTo(id);
    assertThat(openai.post("/responses", body).error().path("param").asString())
        .isEqualTo("tools[0].container.type");
  }

  @Test
  void aContainerNeedsNoName() throws Exception {
    assertThat(guide.post("/containers", "{}").json().path("name").asString())
        .isEqualTo("container");
    assertThat(openai.post("/containers", "{}").error().path("message").asString())
        .isEqualTo("Missing required parameter: 'name'.");
  }

  @Test
  void aContainersStatusHasTheEditionsWord() throws Exception {
    JsonNode made = container(openai);
    assertThat(made.path("status").asString()).isEqualTo("running");
    String path = "/containers/" + made.path("id").asString();
    assertThat(guide.get(path).json().path("status").asString()).isEqualTo("active");
  }

  @Test
  void anAutoContainerIsMadeWithTheFirstCodeOrWithTheRequest() throws Exception {
    String body = "{'model':'m','input':'Hi','tools':[%s]}".formatted(TOOL);
    int before = containers(guide);
    model.reply(ScriptedReply.text("Hello."), ScriptedReply.text("Hello."));
    guide.post("/responses", body);
    assertThat(containers(guide)).isEqualTo(before);
    openai.post("/responses", body);
    assertThat(containers(guide)).isEqualTo(before + 1);
  }

  @Test
  void aChangedFileIsCitedWithoutALink() throws Exception {
    assertThat(writing(guide, "a.txt").at("/output/1/content/0/annotations")).hasSize(1);
    assertThat(writing(openai, "a.txt").at("/output/1/content/0/annotations")).isEmpty();
  }

  @Test
  void aGeneratedFileIsServedByItsIdAlone() throws Exception {
    JsonNode response = writing(guide, "b.txt");
    String id = response.at("/output/1/content/0/annotations/0/file_id").asString();
    assertThat(guide.get("/files/" + id + "/content").text()).isEqualTo("made");
    assertThat(guide.get("/files/" + id).json().path("filename").asString()).isEqualTo("b.txt");
    assertThat(openai.get("/files/" + id + "/content").status()).isEqualTo(404);
    try (Api stranger = new Api(server.url(), server.foreignKey())) {
      assertThat(stranger.get("/files/" + id + "/content").status()).isEqualTo(404);
    }
  }

  @Test
  void anInputAppearsByTheEditionsNameAndOpensByBoth() throws Exception {
    String file = guide.upload("/files", "in.csv", "a\n1\n").path("id").asString();
    for (Api api : new Api[] {guide, openai}) {
      JsonNode seen = reading(api, file);
      assertThat(seen.at("/output/0/outputs/0/logs").asString().strip())
          .isEqualTo(api == guide ? "in.csv" : file + "-in.csv");
      assertThat(seen.at("/output/1/outputs/0/logs").asString().strip()).isEqualTo("True True");
    }
  }

  @Test
  void anUploadIntoAContainerAppearsByTheEditionsName() throws Exception {
    String plain = "/containers/" + container(guide).path("id").asString() + "/files";
    assertThat(guide.upload(plain, "x.txt", "x").path("path").asString())
        .isEqualTo("/mnt/data/x.txt");
    String hosted = "/containers/" + container(openai).path("id").asString() + "/files";
    assertThat(openai.upload(hosted, "x.txt", "x").path("path").asString())
        .matches("/mnt/data/[0-9a-f]{32}-x\\.txt");
  }

  @Test
  void aFileInsideARequestAppearsByTheEditionsName() throws Exception {
    String body =
        """
        {'model':'m','input':[{'role':'user','content':[
          {'type':'input_file','filename':'x.txt','file_data':'YQ=='}]}],'tools':[%s],
          'include':['code_interpreter_call.outputs']}
        """
            .formatted(TOOL);
    for (Api api : new Api[] {guide, openai}) {
      model.reply(
          ScriptedReply.code("import os; print(*os.listdir())"), ScriptedReply.text("Read."));
      assertThat(api.post("/responses", body).json().at("/output/0/outputs/0/logs").asString())
          .matches((api == guide ? "" : "[0-9a-f]{32}-") + "x\\.txt\n");
    }
  }

  private JsonNode writing(Api api, String name) throws Exception {
    model.reply(
        ScriptedReply.code("open('/mnt/data/%s', 'w').write('made'); None".formatted(name)),
        ScriptedReply.text("Written."));
    return api.post("/responses", "{'model':'m','input':'Write.','tools':[%s]}".formatted(TOOL))
        .json();
  }

  private JsonNode reading(Api api, String file) throws Exception {
    model.reply(
        ScriptedReply.code("import os; print(*os.listdir('/mnt/data'))"),
        ScriptedReply.code(
            """
            print(os.path.exists("/mnt/data/in.csv"), os.path.exists("/mnt/data/%s-in.csv"))
            """
                .formatted(file)),
        ScriptedReply.text("Read."));
    String body =
        """
        {'model':'m','input':'Read.','include':['code_interpreter_call.outputs'],
         'tools':[{'type':'code_interpreter','container':{'type':'auto','file_ids':['%s']}}]}
        """;
    return api.post("/responses", body.formatted(file)).json();
  }

  private static JsonNode container(Api api) throws Exception {
    return api.post("/containers", "{'name':'mine'}").json();
  }

  private static int containers(Api api) throws Exception {
    return api.get("/containers?limit=100").json().path("data").size();
  }
}
