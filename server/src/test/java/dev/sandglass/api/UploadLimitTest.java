package dev.sandglass.api;

import static dev.sandglass.api.HttpBaseTest.assertError;
import static dev.sandglass.testing.HttpFixture.json;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.BlobDirectory;
import dev.sandglass.testing.HttpFixture;
import dev.sandglass.testing.SmallServer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
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
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> exact = upload(client, server, LIMIT);
      assertThat(exact.statusCode()).as(exact.body()).isEqualTo(200);
      assertThat(json(exact).path("bytes").asLong(0)).isEqualTo(LIMIT);
      assertThat(BlobDirectory.sums(home.resolve("blobs"))).hasSize(1);

      HttpResponse<String> more = upload(client, server, LIMIT + 1);
      assertError(more, 413, "file_too_large");
      assertThat(more.body()).contains("files.max-bytes", "512MiB", "split it");
      assertThat(BlobDirectory.sums(home.resolve("blobs"))).hasSize(1);
      assertThat(BlobDirectory.incoming(home.resolve("blobs"))).isEmpty();

      String id = json(exact).path("id").asString("");
      HttpRequest download = request(server, "/v1/files/" + id + "/content").build();
      try (InputStream content =
          client.send(download, HttpResponse.BodyHandlers.ofInputStream()).body()) {
        assertThat(content.skip(LIMIT + 1)).isEqualTo(LIMIT);
      }
      assertThat(server.alive()).isTrue();
    }
  }

  private static HttpResponse<String> upload(HttpClient client, SmallServer server, long size)
      throws Exception {
    return client.send(
        request(server, "/v1/files")
            .header("Content-Type", Forms.TYPE)
            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> form(size)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(SmallServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + path))
        .header("Authorization", "Bearer " + server.key);
  }

  /** A form made while it is sent. */
  private static InputStream form(long size) {
    List<String> around = List.of(Forms.file("big.bin", "|").split("\\|", -1));
    return new SequenceInputStream(
        Collections.enumeration(
            List.of(
                new ByteArrayInputStream(around.get(0).getBytes(UTF_8)),
                new Filling(size),
                new ByteArrayInputStream(around.get(1).getBytes(UTF_8)))));
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
      }
      assertThat(BlobDirectory.sums(home.resolve("blobs"))).isEmpty();
      assertThat(BlobDirectory.incoming(home.resolve("blobs"))).isEmpty();
      assertThat(json(api.get("/v1/files")).path("data").size()).isZero();
    }
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
