package dev.sandglass.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.common.Json;
import dev.sandglass.config.Edition;
import dev.sandglass.testing.Api;
import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedReply;
import dev.sandglass.testing.Zeros;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Uploads that want to do harm, seen through to the container: a clear answer, nothing broken. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set up once for all tests
class HostileUploadsTest {

  private static final String LIST =
      """
      import os
      for folder, _, names in os.walk("/mnt/data"):
          for name in sorted(names):
              print(ascii(os.path.join(folder, name)), open(os.path.join(folder, name)).read())
      """;

  private static final List<String> NAMES =
      List.of(
          "../../etc/passwd",
          "/etc/shadow",
          "..",
          "a\0b.csv",
          "invoice\u202Efdp.exe",
          "📊 👩‍🔬.png",
          "-rf",
          "same.csv",
          "same.csv",
          "same.csv");

  /** And what becomes of them. */
  private static final List<String> LISTED =
      List.of(
          "'/mnt/data/passwd' 0",
          "'/mnt/data/shadow' 1",
          "'/mnt/data/upload' 2",
          "'/mnt/data/ab.csv' 3",
          "'/mnt/data/invoicefdp.exe' 4",
          "'/mnt/data/\\U0001f4ca \\U0001f469\\u200d\\U0001f52c.png' 5",
          "'/mnt/data/-rf' 6",
          "'/mnt/data/same.csv' 7",
          "'/mnt/data/same (2).csv' 8",
          "'/mnt/data/same (3).csv' 9");

  private ScriptedModel model;
  private RunningServer server;
  private Api api;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    model = ScriptedModel.start();
    server =
        RunningServer.start(
            directory, model, Map.of("container.max-bytes", "300MiB", "files.max-bytes", "200MiB"));
    api = new Api(server.url(), server.key());
  }

  @AfterAll
  void stop() {
    api.close();
    server.close();
    model.close();
  }

  @Test
  void hostileNamesStayInTheDataDirectoryAndApartFromEachOther() throws Exception {
    List<String> ids = new ArrayList<>();
    for (String name : NAMES) {
      ids.add("'" + upload(api, name, Integer.toString(ids.size())) + "'");
    }
    String container =
        api.post("/containers", "{'file_ids':[" + String.join(",", ids) + "]}")
            .json()
            .path("id")
            .asString();
    String seen = logs(run(api, "'" + container + "'", LIST));
    assertThat(seen.lines()).containsExactlyInAnyOrderElementsOf(LISTED);
  }

  @Test
  void hostileNamesInsideARequestAreMadeHarmlessToo() throws Exception {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", "m");
    body.putArray("include").add("code_interpreter_call.outputs");
    body.putArray("tools").addObject().put("type", "code_interpreter");
    ArrayNode parts = body.putArray("messages").addObject().put("role", "user").putArray("content");
    for (int i = 0; i < NAMES.size(); i++) {
      parts
          .addObject()
          .put("type", "file")
          .putObject("file")
          .put("filename", NAMES.get(i))
          .put("file_data", encoded(Integer.toString(i)));
    }
    model.reply(ScriptedReply.code(LIST), ScriptedReply.text("Done."));
    JsonNode response = api.post("/responses", "application/json", body.toString()).json();
    assertThat(logs(response).lines()).containsExactlyInAnyOrderElementsOf(LISTED);
  }

  private static String encoded(String content) {
    return Base64.getEncoder().encodeToString(content.getBytes(UTF_8));
  }

  /** The hosted service's names are longer than what was uploaded. */
  @Test
  void aNameOfThreeHundredBytesOpensInEitherEdition() throws Exception {
    try (Api openai = new Api(server.url(), server.key(Edition.OPENAI))) {
      for (Api who : List.of(api, openai)) {
        String id = upload(who, "é".repeat(150) + ".csv", "long");
        String auto = "{'type':'auto','file_ids':['%s']}".formatted(id);
        assertThat(logs(run(who, auto, LIST))).contains("\\xe9.csv' long");
        String both =
            "import glob\nprint(open(glob.glob('/mnt/data/%s-*')[0]).read())".formatted(id);
        assertThat(logs(run(who, auto, both))).isEqualTo("long\n");
      }
    }
  }

  @Test
  void anEmptyFileIsRefusedAsAnUploadAndNothingSpecialInAContainer() throws Exception {
    JsonNode file = api.upload("/files", "empty.csv", "");
    assertThat(file.at("/error/code").asString()).isEqualTo("empty_file");
    String container = api.post("/containers", "{}").json().path("id").asString();
    JsonNode direct = api.upload("/containers/" + container + "/files", "empty.csv", "");
    assertThat(direct.path("bytes").asInt(-1)).isZero();
    String size = "import os\nprint(os.path.getsize('/mnt/data/empty.csv'))";
    assertThat(logs(run(api, "'" + container + "'", size))).isEqualTo("0\n");
    assertThat(asked()).contains("empty.csv", "empty file");
  }

  @Test
  void aFileAndAFileIdTogetherAreRefused() throws Exception {
    String id = upload(api, "a.txt", "a");
    String files =
        "/containers/" + api.post("/containers", "{}").json().path("id").asString() + "/files";
    String form =
        """
        --B\r
        Content-Disposition: form-data; name="file"; filename="b.txt"\r
        \r
        b\r
        --B\r
        Content-Disposition: form-data; name="file_id"\r
        \r
        %s\r
        --B--\r
        """
            .formatted(id);
    for (Api.Answer answer :
        List.of(
            api.post(files, "multipart/form-data; boundary=B", form),
            api.post(files, "{'file_id':'%s','file':'b'}".formatted(id)))) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(400);
      assertThat(answer.text()).contains("Only one of 'file' and 'file_id'");
    }
    assertThat(api.get(files).json().path("data")).isEmpty();
  }

  @Test
  void aZipBombIsToldToTheModelAndNotUnpacked() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bomb)) {
      for (int i = 0; i < 4; i++) {
        out.putNextEntry(new ZipEntry("data" + i + ".csv"));
        new Zeros(64L << 20).transferTo(out);
      }
    }
    assertThat(bomb.size()).isLessThan(1 << 20);
    String id = api.upload("/files", "bomb.zip", bomb.toByteArray()).path("id").asString();
    JsonNode response = run(api, "{'type':'auto','file_ids':['%s']}".formatted(id), "print(1)");
    assertThat(logs(response)).isEqualTo("1\n");
    assertThat(asked()).contains("bomb.zip", "do not extract it");
  }

  @Test
  void oneLineOfAHundredMegabytesGetsAShortCard() throws Exception {
    Api.Answer uploaded = api.uploading("/files", "line.csv", () -> new Zeros(100_000_000, 'x'));
    String id = uploaded.json().path("id").asString();
    assertThat(uploaded.json().path("bytes").asLong()).isEqualTo(100_000_000);
    JsonNode response =
        run(
            api,
            "{'type':'auto','file_ids':['%s']}".formatted(id),
            "print(sum(len(line) for line in open('/mnt/data/line.csv')))");
    assertThat(logs(response)).isEqualTo("100000000\n");
    assertThat(asked()).contains("line.csv", "line is very long");
  }

  @Test
  void moreThanTheContainerKeepsIsToldAndGoneWithItOnly() throws Exception {
    String code =
        """
        for name, size in (("a.bin", 150), ("b.bin", 160), ("huge.bin", 201)):
            with open("/mnt/data/" + name, "wb") as f:
                f.truncate(size << 20)
        """;
    JsonNode response = run(api, "{'type':'auto'}", code);
    assertThat(logs(response))
        .contains("container.max-bytes, 300MiB", "/mnt/data/b.bin will not be kept", "os.remove")
        .contains("/mnt/data/huge.bin has 210,763,776 bytes, more than files.max-bytes, 200MiB");
    assertThat(asked()).as("the model is told too").contains("container.max-bytes");
    JsonNode files = response.at("/tool_outputs/0/files");
    String container = response.at("/tool_outputs/0/container_id").asString();
    assertThat(files).hasSize(3);
    for (JsonNode f : files) {
      String path = "/containers/%s/files/%s/content";
      Api.Answer part = api.get(path.formatted(container, f.path("file_id").asString()), 0, 9);
      assertThat(part.body()).as("served while it lives").hasSize(10);
    }
    Api.Answer refused =
        api.uploading("/containers/" + container + "/files", "c.bin", () -> new Zeros(151L << 20));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("container.max-bytes, 300MiB", "delete some");
  }

  private static String upload(Api who, String name, String content) throws Exception {
    return who.upload("/files", name, content.getBytes(UTF_8)).path("id").asString();
  }

  private JsonNode run(Api who, String container, String code) throws Exception {
    model.reply(ScriptedReply.code(code), ScriptedReply.text("Done."));
    Api.Answer answer =
        who.post(
            "/responses",
            """
            {'model':'m','input':'Look.','include':['code_interpreter_call.outputs'],
             'tools':[{'type':'code_interpreter','container':%s}]}
            """
                .formatted(container));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static String logs(JsonNode response) {
    return response.at("/output/0/outputs/0/logs").asString();
  }

  /** All that the model was told in the last turn. */
  private String asked() {
    return model.lastRequest().body().path("messages").toString();
  }
}
