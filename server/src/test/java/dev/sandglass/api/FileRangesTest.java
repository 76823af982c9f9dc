package dev.sandglass.api;

import static dev.sandglass.api.HttpBaseTest.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.HttpFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of a file's content, as RFC 9110, 14 has them. */
@Timeout(60)
class FileRangesTest {

  @TempDir Path home;
  private HttpFixture api;
  private String content;

  @BeforeEach
  void start() throws Exception {
    api = new HttpFixture(home);
    content = "/v1/files/" + api.upload("digits.txt", "0123456789") + "/content";
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "bytes=0-0,0,0-0",
    "bytes=2-5,2345,2-5",
    "bytes=9-9,9,9-9",
    "bytes=5-,56789,5-9",
    "bytes=0-,0123456789,0-9",
    "bytes=-3,789,7-9",
    "bytes=-10,0123456789,0-9",
    "bytes=-11,0123456789,0-9",
    "bytes=5-999,56789,5-9",
    "bytes=5-99999999999999999999999,56789,5-9",
    "bytes=-99999999999999999999999,0123456789,0-9",
    "BYTES=2-5,2345,2-5",
  })
  void oneRangeIsGiven(String range, String expected, String given) throws Exception {
    HttpResponse<String> answer = api.send(api.request(content).header("Range", range));
    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.body()).isEqualTo(expected);
    assertThat(header(answer, "content-range")).isEqualTo("bytes " + given + "/10");
    assertThat(header(answer, "content-length")).isEqualTo(Integer.toString(expected.length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=99999999999999999999-", "bytes=-0"})
  void aRangeWithoutAByteOfTheFileIs416(String range) throws Exception {
    HttpResponse<String> answer = api.send(api.request(content).header("Range", range));
    assertError(answer, 416, null);
    assertThat(header(answer, "content-range")).isEqualTo("bytes */10");
    assertThat(answer.body()).contains("10 bytes");
  }

  /** A server may ignore what it cannot read, and several ranges (RFC 9110, 14.2). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-1,4-5",
        "bytes=5-2",
        "bytes=-",
        "bytes=a-b",
        "lines=1-2",
        "bytes 1-2",
        "bytes=--1"
      })
  void anythingElseIsAnsweredByTheWhole(String range) throws Exception {
    assertWhole(api.send(api.request(content).header("Range", range)));
  }

  @Test
  void aRangeUnderAConditionThatCannotHoldIsAnsweredByTheWhole() throws Exception {
    assertWhole(
        api.send(api.request(content).header("Range", "bytes=0-1").header("If-Range", "\"old\"")));
  }

  @Test
  void aDownloadIsNeverShownAsAPage() throws Exception {
    HttpResponse<String> answer = api.get(content);
    assertWhole(answer);
    assertThat(header(answer, "accept-ranges")).isEqualTo("bytes");
    assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(header(answer, "content-type")).isEqualTo("application/octet-stream");
    assertThat(header(answer, "content-disposition")).startsWith("attachment;");
  }

  private static void assertWhole(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("0123456789");
    assertThat(answer.headers().firstValue("content-range")).isEmpty();
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
