package dev.sandglass.api;

import static dev.sandglass.testing.HttpFixture.json;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.Api;
import dev.sandglass.testing.BlobDirectory;
import dev.sandglass.testing.HttpFixture;
import dev.sandglass.testing.SmallServer;
import dev.sandglass.testing.Validated;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much one upload may be, what it costs, and what is left of one that is cut. */
@Timeout(180)
class UploadLimitTest {

  private static final long LIMIT = 512L << 20;

  @TempDir Path home;

  /** Its heap is an eighth of the file: what keeps the file in memory cannot pass. */
  @Test
  void halfAGigabyteStreamsThroughASmallHeapAndOneByteMoreIsRefused() throws Exception {
    try (SmallServer server = SmallServer.start(home, 64);
        Api api = new Api(server.url(), server.key);
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      Api.Answer exact = api.uploading("/v1/files", "big.bin", () -> new Filling(LIMIT));
      assertThat(exact.status()).as(exact.text()).isEqualTo(200);
      assertThat(exact.json().path("bytes").asLong(0)).isEqualTo(LIMIT);
      assertThat(BlobDirectory.sums(home.resolve("blobs"))).hasSize(1);

      Api.Answer more = api.uploading("/v1/files", "big.bin", () -> new Filling(LIMIT + 1));
      assertThat(more.status()).as(more.text()).isEqualTo(413);
      assertThat(more.error().path("code").asString("")).isEqualTo("file_too_large");
      assertThat(more.text()).contains("files.max-bytes", "512MiB", "split it");
      assertThat(BlobDirectory.sums(home.resolve("blobs"))).hasSize(1);
      assertThat(BlobDirectory.incoming(home.resolve("blobs"))).isEmpty();

      // Half a gigabyte that is neither an object nor an event: not by the client that judges
      // those.
      String content = "/v1/files/" + exact.json().path("id").asString("") + "/content";
      HttpRequest download =
          HttpRequest.newBuilder(server.url().resolve(content))
              .header("Authorization", "Bearer " + server.key)
              .build();
      try (InputStream in =
          client.send(download, HttpResponse.BodyHandlers.ofInputStream()).body()) {
        assertThat(in.skip(LIMIT + 1)).isEqualTo(LIMIT);
      }
      assertThat(server.alive()).isTrue();
    }
  }

  /** So many bytes, none of them kept. */
  private static final class Filling extends InputStream {
    private long left;

    Filling(long size) {
      left = size;
    }

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(left, length);
      java.util.Arrays.fill(buffer, offset, offset + count, (byte) left);
      left -= count;
      return count;
    }
  }

  @Test
  void aClientThatIsFarFromDoneStillSeesWhyItIsRefused() throws Exception {
    try (HttpFixture api = new HttpFixture(home, Map.of("files.max-bytes", "1KiB"), r -> {});
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(head(api, 1 << 30));
      socket.getOutputStream().write(Forms.file("a", "x".repeat(4096)).getBytes(US_ASCII));
      byte[] start = socket.getInputStream().readNBytes(12);
      assertThat(new String(start, US_ASCII)).isEqualTo("HTTP/1.1 413");
    }
  }

  /** With chunks nobody knows where the end is: nothing may wait for it. */
  @Test
  void anUploadWithoutAnEndIsRefusedAtTheLimit() throws Exception {
    try (HttpFixture api = new HttpFixture(home, Map.of("files.max-bytes", "1KiB"), r -> {});
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port)) {
      socket.setSoTimeout(20_000); // a third of server.read-timeout
      String form = Forms.part("file", "a", "x".repeat(4096));
      String chunk = "%x\r\n%s\r\n".formatted(form.length(), form);
      socket.getOutputStream().write((chunked(api) + chunk).getBytes(US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12), US_ASCII))
          .isEqualTo("HTTP/1.1 413");
    }
  }

  /** As clients do that know nothing of early answers. */
  @Test
  void whoSendsAllBeforeReadingSeesWhyItIsRefused() throws Exception {
    int length = 40 << 20;
    Map<String, String> settings = Map.of("server.max-body", "1KiB");
    try (HttpFixture api =
            new HttpFixture(home, settings, r -> r.post("/v1/echo", x -> x.json(x.body())));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port)) {
      socket.setSoTimeout(20_000);
      String head = new String(head(api, length), US_ASCII).replace("files", "echo");
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      socket.getOutputStream().write(new byte[length]);
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 413").contains("Connection: close", "max-body");
    }
  }

  @Test
  void aRequestRefusedBeforeItsEndIsTheLastOfItsConnection() throws Exception {
    try (HttpFixture api = new HttpFixture(home);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port)) {
      socket.setSoTimeout(20_000);
      String head = new String(head(api, 100), US_ASCII).replace("Bearer ", "Bearer no");
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      byte[] seen = new byte[4096];
      String answer = new String(seen, 0, socket.getInputStream().read(seen), US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 401").contains("Connection: close");
    }
  }

  @Test
  void anUploadCutInTheMiddleLeavesNothingBehind() throws Exception {
    try (HttpFixture api = new HttpFixture(home)) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port)) {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(head(api, 1 << 20));
        String begun = Forms.part("file", "a.csv", "x".repeat(300_000));
        socket.getOutputStream().write(begun.getBytes(US_ASCII));
        socket.shutdownOutput();
        // Half closed, so that the end of the request's handling can be seen.
        String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
        assertThat(answer).startsWith("HTTP/1.1 400");
        Validated.raw(answer);
      }
      assertThat(BlobDirectory.sums(home.resolve("blobs"))).isEmpty();
      assertThat(BlobDirectory.incoming(home.resolve("blobs"))).isEmpty();
      assertThat(json(api.get("/v1/files")).path("data").size()).isZero();
    }
  }

  /** The end of a chunked body may come long after the form's last boundary. */
  @Test
  void theNextRequestOfAnUploadsConnectionIsAnswered() throws Exception {
    try (HttpFixture api = new HttpFixture(home);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port)) {
      socket.setSoTimeout(20_000);
      String form = Forms.file("a.csv", "x");
      String head = chunked(api) + "%x\r\n%s\r\n".formatted(form.length(), form);
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      assertThat(api.get("/v1/files").statusCode()).isEqualTo(200); // meanwhile
      String next = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(("0\r\n\r\n" + next).getBytes(US_ASCII));
      String answers = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(answers.split("HTTP/1.1 200", -1)).as(answers).hasSize(3);
    }
  }

  /** At the edge of what may follow the last boundary. */
  @Test
  void whatFollowsAFormIsReadAndBounded() throws Exception {
    try (HttpFixture api = new HttpFixture(home)) {
      String form = Forms.file("a.csv", "x");
      HttpResponse<String> kept = api.post("/v1/files", Forms.TYPE, form + "e".repeat(64 << 10));
      assertThat(kept.statusCode()).as(kept.body()).isEqualTo(200);
      HttpResponse<String> more = api.post("/v1/files", Forms.TYPE, form + "e".repeat(80 << 10));
      assertThat(more.statusCode()).as(more.body()).isEqualTo(400);
      assertThat(more.body()).contains("65536 bytes follow its last boundary");
      assertThat(json(api.get("/v1/files")).path("data").size()).isEqualTo(1);
    }
  }

  private static String chunked(HttpFixture api) {
    return new String(head(api, 0), US_ASCII)
        .replace("Content-Length: 0", "Transfer-Encoding: chunked");
  }

  private static byte[] head(HttpFixture api, int length) {
    return """
    POST /v1/files HTTP/1.1\r
    Host: x\r
    Authorization: Bearer %s\r
    Content-Type: multipart/form-data; boundary=B\r
    Content-Length: %d\r
    \r
    """
        .formatted(api.key.secret(), length)
        .getBytes(US_ASCII);
  }
}
