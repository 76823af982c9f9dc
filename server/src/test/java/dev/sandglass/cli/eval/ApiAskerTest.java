package dev.sandglass.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sandglass.cli.local.ApiClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiAskerTest {

  private static final String RESPONSE =
      """
      {"id": "resp_1", "status": "completed", "error": null, "output": [
        {"type": "code_interpreter_call", "container_id": "cntr_1", "outputs": []},
        {"type": "message", "content": [{"type": "output_text", "text": "It is 21.",
          "annotations": [{"type": "container_file_citation", "container_id": "cntr_1",
            "file_id": "cfile_1", "filename": "a.csv"}]}]}]}
      """;

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> deleted = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private volatile int status = 200;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/files", exchange -> reply(exchange, "{\"id\": \"file-1\"}"));
    server.createContext("/v1/responses", exchange -> reply(exchange, RESPONSE));
    server.createContext("/v1/containers", exchange -> reply(exchange, "x,1\n"));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void uploadsAsksAndFetchesWhatIsCited(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("in.csv"), "a\n1\n");
    Attempt attempt = asker().ask(question(List.of("in.csv")), folder);
    assertThat(attempt.answer()).isEqualTo("It is 21.");
    assertThat(attempt.steps()).isEqualTo(1);
    assertThat(attempt.error()).isNull();
    assertThat(attempt.files()).containsExactly(new Produced("a.csv", "x,1\n", false, 0, 0));
    assertThat(requests.get(1)).contains("file-1", "How many?").doesNotContain("\"stream\":true");
  }

  @Test
  void nothingIsLeftBehind(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("in.csv"), "a\n1\n");
    asker().ask(question(List.of("in.csv")), folder);
    assertThat(deleted)
        .containsExactly("/v1/files/file-1", "/v1/responses/resp_1", "/v1/containers/cntr_1");
  }

  @Test
  void aRefusalIsAnAttemptWithoutAnAnswer(@TempDir Path folder) throws Exception {
    status = 503;
    assertThat(asker().ask(question(List.of()), folder).error()).startsWith("failed: ");
  }

  @Test
  void whereNoServerIsNothingIsAsked(@TempDir Path folder) {
    ApiAsker asker = asker();
    server.stop(0);
    assertThatThrownBy(() -> asker.ask(question(List.of()), folder))
        .hasMessageContaining("can't be reached");
  }

  private ApiAsker asker() {
    String base = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    return new ApiAsker(new ApiClient(URI.create(base), "sk-test"), "any");
  }

  private static EvalQuestion question(List<String> files) {
    return new EvalQuestion("q", "test", files, "How many?", List.of());
  }

  private void reply(HttpExchange exchange, String body) throws IOException {
    if (exchange.getRequestMethod().equals("DELETE")) {
      deleted.add(exchange.getRequestURI().getPath());
      body = "{\"deleted\": true}";
    }
    byte[] sent = exchange.getRequestBody().readAllBytes();
    requests.add(new String(sent, StandardCharsets.UTF_8));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
