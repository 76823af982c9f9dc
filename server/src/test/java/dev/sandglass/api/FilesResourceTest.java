package dev.sandglass.api;

import static dev.sandglass.api.HttpBaseTest.assertError;
import static dev.sandglass.testing.HttpFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.HttpFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The life of a file, its listing, and whose it is. */
@Timeout(60)
class FilesResourceTest {

  @TempDir Path home;
  private HttpFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new HttpFixture(home);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void aFileLivesFromUploadToDeletion() throws Exception {
    String id = api.upload("sales.csv", "a,b\n1,2\n");
    JsonNode file = json(api.get("/v1/files/" + id));
    assertThat(file.propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "object",
            "bytes",
            "created_at",
            "expires_at",
            "filename",
            "purpose",
            "status",
            "status_details");
    assertThat(id).matches("file-[0-9A-Za-z]{22,}");
    assertThat(file.path("object").asString("")).isEqualTo("file");
    assertThat(file.path("bytes").asLong(0)).isEqualTo(8);
    assertThat(file.path("filename").asString("")).isEqualTo("sales.csv");
    assertThat(file.path("purpose").asString("")).isEqualTo("user_data");
    assertThat(file.path("status").asString("")).isEqualTo("processed");
    assertThat(file.path("expires_at").isNull()).isTrue();
    assertThat(ids("/v1/files")).containsExactly(id);
    assertThat(api.get("/v1/files/" + id + "/content").body()).isEqualTo("a,b\n1,2\n");

    JsonNode deleted = json(api.delete("/v1/files/" + id));
    assertThat(deleted.path("id").asString("")).isEqualTo(id);
    assertThat(deleted.path("object").asString("")).isEqualTo("file");
    assertThat(deleted.path("deleted").asBoolean(false)).isTrue();
    assertNothingAt(id);
    assertThat(ids("/v1/files")).isEmpty();
  }

  private void assertNothingAt(String id) throws Exception {
    assertError(api.get("/v1/files/" + id), 404, null);
    assertError(api.get("/v1/files/" + id + "/content"), 404, null);
    assertError(api.delete("/v1/files/" + id), 404, null);
    assertThat(json(api.get("/v1/files/" + id)).path("error").path("param").asString(""))
        .isEqualTo("id");
  }

  @Test
  void oneOfTwoEqualFilesOutlivesTheOther() throws Exception {
    String one = api.upload("a.txt", "same");
    String two = api.upload("b.txt", "same");
    api.delete("/v1/files/" + one);
    assertThat(api.get("/v1/files/" + two + "/content").body()).isEqualTo("same");
  }

  @Test
  void anEmptyFileIsRefused() throws Exception {
    HttpResponse<String> answer = api.post("/v1/files", Forms.TYPE, Forms.file("x.csv", ""));
    assertError(answer, 400, "empty_file");
    assertThat(ids("/v1/files")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"3600,200", "2592000,200", "3599,400", "2592001,400", "soon,400", "'',400"})
  void aFileExpiresBetweenAnHourAndThirtyDays(String seconds, int status) throws Exception {
    HttpResponse<String> answer =
        api.post(
            "/v1/files",
            Forms.TYPE,
            Forms.form(
                Forms.field("expires_after[anchor]", "created_at"),
                Forms.field("expires_after[seconds]", seconds),
                Forms.field("purpose", "user_data"),
                Forms.part("file", "a.txt", "x")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    if (status == 200) {
      JsonNode file = json(answer);
      assertThat(file.path("expires_at").asLong(0) - file.path("created_at").asLong(0))
          .isEqualTo(Long.parseLong(seconds));
    }
  }

  @Test
  void aBatchFileExpiresByItself() throws Exception {
    JsonNode file =
        json(
            api.post(
                "/v1/files",
                Forms.TYPE,
                Forms.form(Forms.field("purpose", "batch"), Forms.part("file", "a.jsonl", "{}"))));
    assertThat(file.path("expires_at").asLong(0) - file.path("created_at").asLong(0))
        .isEqualTo(30L * 24 * 3600);
  }

  @Test
  void aListingShowsNewestFirstAndPagesWithoutLossOrRepeat() throws Exception {
    List<String> uploaded = upload(7);
    List<String> descending = ids("/v1/files");
    assertThat(descending).containsExactlyInAnyOrderElementsOf(uploaded);
    assertThat(ids("/v1/files?order=asc")).isEqualTo(descending.reversed());
    for (String order : List.of("asc", "desc")) {
      assertThat(paged("/v1/files?limit=3&order=" + order))
          .isEqualTo(order.equals("asc") ? descending.reversed() : descending);
    }
  }

  private List<String> paged(String path) throws Exception {
    List<String> seen = new ArrayList<>();
    JsonNode page = json(api.get(path));
    seen.addAll(ids(page));
    while (page.path("has_more").asBoolean(false)) {
      assertThat(page.path("data").size()).isEqualTo(3);
      page = json(api.get(path + "&after=" + page.path("last_id").asString("")));
      assertThat(page.path("first_id").asString(""))
          .isEqualTo(page.path("data").get(0).path("id").asString(""));
      seen.addAll(ids(page));
    }
    return seen;
  }

  @Test
  void aListingEndsAtACursorThatNeverMatches() throws Exception {
    upload(2);
    JsonNode page = json(api.get("/v1/files?after=file-unknown"));
    assertThat(page.path("data").size()).isZero();
    assertThat(page.path("has_more").asBoolean(true)).isFalse();
    assertThat(page.path("first_id").isNull()).isTrue();
  }

  @Test
  void aListingShowsOnePurposeAlone() throws Exception {
    upload(2);
    assertThat(ids("/v1/files?purpose=user_data")).hasSize(2);
    assertThat(ids("/v1/files?purpose=vision")).isEmpty();
  }

  @Test
  void aLimitBeyondCountingIsTooLargeAndNoString() throws Exception {
    HttpResponse<String> answer = api.get("/v1/files?limit=" + "9".repeat(40));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).at("/error/code").asString("")).isEqualTo("integer_above_max_value");
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=-1", "limit=10001", "limit=x", "limit=1e3", "order=up"})
  void aListingRefusesWhatItDoesNotKnow(String query) throws Exception {
    HttpResponse<String> answer = api.get("/v1/files?" + query);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).path("error").path("param").asString(""))
        .isEqualTo(query.substring(0, query.indexOf('=')));
  }

  @Test
  void aForeignProjectsKeySeesNothing() throws Exception {
    String id = api.upload("secret.csv", "x");
    String key = api.keys.create("stranger", "test").secret();
    for (String path : List.of("/v1/files/" + id, "/v1/files/" + id + "/content")) {
      assertError(foreign(path, key, "GET"), 404, null);
    }
    assertError(foreign("/v1/files/" + id, key, "DELETE"), 404, null);
    assertThat(ids(json(foreign("/v1/files", key, "GET")))).isEmpty();
    assertThat(api.get("/v1/files/" + id).statusCode()).isEqualTo(200);
  }

  /** Else the place of a foreign file among one's own would tell that it exists, and its age. */
  @Test
  void aForeignIdIsNoCursor() throws Exception {
    upload(1);
    String key = api.keys.create("stranger", "test").secret();
    String foreign =
        json(api.send(
                api.request("/v1/files")
                    .setHeader("Authorization", "Bearer " + key)
                    .header("Content-Type", Forms.TYPE)
                    .POST(
                        java.net.http.HttpRequest.BodyPublishers.ofString(
                            Forms.file("b.txt", "y")))))
            .path("id")
            .asString("");
    assertThat(foreign).startsWith("file-");
    for (String order : List.of("asc", "desc")) {
      assertThat(ids("/v1/files?order=" + order + "&after=" + foreign)).isEmpty();
    }
  }

  private HttpResponse<String> foreign(String path, String key, String method) throws Exception {
    return api.send(
        api.request(path)
            .setHeader("Authorization", "Bearer " + key)
            .method(method, java.net.http.HttpRequest.BodyPublishers.noBody()));
  }

  @Test
  void contentIsKeptBackWhereDownloadsAreOff() throws Exception {
    try (HttpFixture strict =
        new HttpFixture(home.resolve("strict"), Map.of("files.download", "false"), r -> {})) {
      String id = strict.upload("a.txt", "x");
      HttpResponse<String> answer = strict.get("/v1/files/" + id + "/content");
      assertError(answer, 400, null);
      assertThat(answer.body())
          .contains("Not allowed to download files of purpose: user_data", "files.download");
      assertThat(strict.get("/v1/files/" + id).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aProjectsFilesHaveABoundTogether() throws Exception {
    try (HttpFixture small =
        new HttpFixture(home.resolve("small"), Map.of("files.project-bytes", "10B"), r -> {})) {
      assertThat(small.upload("a.txt", "1234567890")).startsWith("file-");
      HttpResponse<String> answer = small.post("/v1/files", Forms.TYPE, Forms.file("b.txt", "x"));
      assertError(answer, 413, "project_files_too_large");
      assertThat(answer.body()).contains("files.project-bytes", "10B", "11 bytes", "delete some");
    }
  }

  private List<String> upload(int count) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(api.upload("f" + i + ".txt", "content " + i));
    }
    return ids;
  }

  private List<String> ids(String path) throws Exception {
    return ids(json(api.get(path)));
  }

  private static List<String> ids(JsonNode page) {
    return page.path("data").valueStream().map(f -> f.path("id").asString("")).toList();
  }
}
