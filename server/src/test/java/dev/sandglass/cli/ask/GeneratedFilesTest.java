package dev.sandglass.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sandglass.cli.local.ApiClient;
import dev.sandglass.common.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@SuppressWarnings("NullAway.Init")
class GeneratedFilesTest {

  @TempDir private Path directory;
  private HttpServer server;

  /** Each file's content is the path that it was asked for by. */
  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        x -> {
          byte[] body = x.getRequestURI().getPath().getBytes(StandardCharsets.UTF_8);
          x.sendResponseHeaders(200, body.length);
          x.getResponseBody().write(body);
          x.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void namesCannotLeaveTheDirectoryHideOrSpeakToTheTerminal() throws Exception {
    assertThat(saved("../../a.txt", "/etc/passwd", "..", ".bashrc", "a\u001b[2J\u009b1m.png"))
        .containsExactly("a.txt", "passwd", "file..", "file.bashrc", "a_[2J_1m.png");
    assertThat(saved("\u202egpj.exe", "x\ud800.csv", "a\\b\n.csv", " ", "日本.csv"))
        .containsExactly("_gpj.exe", "x_.csv", "a_b_.csv", "file", "日本.csv");
  }

  @Test
  void noFileReplacesAnotherOfTheSameAnswer() throws Exception {
    List<String> names = saved("b.txt", "x/b.txt", "y/b (2).txt", "z/b.txt");
    assertThat(names).doesNotHaveDuplicates();
    for (int i = 0; i < names.size(); i++) {
      assertThat(Files.readString(directory.resolve(names.get(i)))).contains("/files/f" + i + "/");
    }
  }

  @Test
  void aNameThatIsTooLongIsCutBeforeItsEnding() throws Exception {
    assertThat(saved("é".repeat(127) + ".csv").getFirst()).isEqualTo("é".repeat(118) + ".csv");
  }

  private List<String> saved(String... filenames) throws Exception {
    ObjectNode response = Json.MAPPER.createObjectNode();
    ArrayNode annotations =
        response
            .putArray("output")
            .addObject()
            .putArray("content")
            .addObject()
            .putArray("annotations");
    for (int i = 0; i < filenames.length; i++) {
      annotations
          .addObject()
          .put("type", "container_file_citation")
          .put("container_id", "c")
          .put("file_id", "f" + i)
          .put("filename", filenames[i]);
    }
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    return new GeneratedFiles(new ApiClient(base, "k"), directory)
        .save(response).stream().map(p -> p.getFileName().toString()).toList();
  }
}
