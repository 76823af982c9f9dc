package dev.sandglass.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.BlobDirectory;
import dev.sandglass.testing.HttpFixture;
import dev.sandglass.testing.Validated;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that no SDK would send: each ends soon, in the envelope, and leaves nothing behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set up once for all tests
@Timeout(60)
class HostileClientTest {

  private Path home;
  private HttpFixture api;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    home = directory;
    Map<String, String> settings = Map.of("server.read-timeout", "3s", "server.max-body", "1MiB");
    api = new HttpFixture(home, settings, this::routes);
  }

  private void routes(Router r) {
    r.post("/v1/echo", x -> x.json(x.body()));
    r.post("/v1/overflow", x -> overflow(0));
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int overflow(int depth) {
    return overflow(depth + 1) + depth;
  }

  @AfterAll
  void stop() {
    api.close();
  }

  /** Line ends are written as {@code ~}; bytes beyond ASCII as they are in Latin 1. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          bytes that are not UTF-8 | 400 | Content-Type: application/json~Content-Length: 9~~{"a":"ÿ"}
          a chunk without a length | 400 | Transfer-Encoding: chunked~~zz~{}~
          a chunk that never comes | 400 | Transfer-Encoding: chunked~~5~{}
          two lengths              | 400 | Content-Length: 2~Content-Length: 3~~{}
          a length and chunks      | 400 | Content-Length: 2~Transfer-Encoding: chunked~~2~{}~0~~
          a length below nothing   | 400 | Content-Length: -1~~
          a length beyond counting | 400 | Content-Length: 99999999999999999999~~
          a body that stands still | 400 | Content-Length: 100~~{"a":
          a length beyond memory   | 413 | Content-Length: 1048577~~PAD
          """)
  void aBodyThatIsNoneIsToldSo(String name, int status, String rest) throws Exception {
    assertTold(status, request("/v1/echo", rest));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          no boundary        | content type has no boundary | multipart/form-data~Content-Length: 2~~--
          an endless part    | stood still                | multipart/form-data; boundary=B~Content-Length: 999~~--B~Content-Disposition: form-data; name="file"; filename="a"~~abc
          endless headers    | stood still                | multipart/form-data; boundary=B~Content-Length: 999~~--B~Content-Disp
          """)
  void anUploadThatStandsStillIsToldSoAndForgotten(String name, String words, String rest)
      throws Exception {
    assertThat(assertTold(400, request("/v1/files", "Content-Type: " + rest))).contains(words);
    assertThat(BlobDirectory.incoming(home.resolve("blobs"))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          an address without end | 414 | GET /v1/files?x=PAD HTTP/1.1~Host: x~~
          a header without end   | 431 | GET /v1/files HTTP/1.1~Host: x~X: PAD~~
          another protocol       | 426 | PRI * HTTP/2.0~~SM~~
          """)
  void whatIsNotHttpIsToldSo(String name, int status, String request) throws Exception {
    assertTold(status, request);
  }

  @Test
  void whoAsksBeforeHeSendsIsRefusedWithoutAnInvitation() throws Exception {
    String body = "Expect: 100-continue~Content-Length: 99999999~~";
    assertTold(404, request("/v1/nothing", body));
    assertTold(401, "POST /v1/files HTTP/1.1~Host: x~" + body);
  }

  @Test
  void whoWasInvitedIsHeardOut() throws Exception {
    String refused = told(request("/v1/echo", "Expect: 100-continue~Content-Length: 2097152~~PAD"));
    assertThat(refused).startsWith("HTTP/1.1 100 Continue").contains("HTTP/1.1 413");
  }

  @Test
  void anErrorOfTheMachinesIsInTheEnvelopeToo() throws Exception {
    assertTold(500, request("/v1/overflow", "Content-Length: 0~~"));
  }

  @AfterEach
  void othersAreServedAsBefore() throws Exception {
    assertThat(api.get("/v1/files").statusCode()).isEqualTo(200);
  }

  private String request(String path, String rest) {
    return "POST %s HTTP/1.1~Host: x~Authorization: Bearer %s~%s"
        .formatted(path, api.key.secret(), rest);
  }

  private String assertTold(int status, String request) throws Exception {
    String seen = told(request);
    assertThat(seen).startsWith("HTTP/1.1 " + status).contains("{\"error\":{\"message\":");
    Validated.raw(seen);
    return seen;
  }

  private String told(String request) throws Exception {
    String sent = request.replace("PAD", "x".repeat(1 << 21)).replace("~", "\r\n");
    try (Socket socket = new Socket("127.0.0.1", api.port)) {
      socket.setSoTimeout(20_000);
      Thread.ofVirtual().start(() -> send(socket, sent));
      StringBuilder seen = new StringBuilder();
      int c;
      while (!seen.toString().endsWith("}}") && (c = socket.getInputStream().read()) >= 0) {
        seen.append((char) c);
      }
      return seen.toString();
    }
  }

  /** In the background: the server may answer before it has read all. */
  private static void send(Socket socket, String request) {
    try {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    } catch (java.io.IOException refused) {
      // It had heard enough.
    }
  }
}
