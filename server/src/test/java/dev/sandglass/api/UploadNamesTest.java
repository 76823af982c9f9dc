package dev.sandglass.api;

import static dev.sandglass.testing.HttpFixture.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sandglass.testing.HttpFixture;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A name is what the client says, unless it could harm. */
@Timeout(60)
class UploadNamesTest {

  private record Case(String what, String sent, String kept) {}

  private static final List<Case> CASES =
      List.of(
          new Case("plain", "sales.csv", "sales.csv"),
          new Case("spaces", "my sales 2024.csv", "my sales 2024.csv"),
          new Case("the directory above", "..", "upload"),
          new Case("this directory", ".", "upload"),
          new Case("a way out", "../../etc/passwd", "passwd"),
          new Case("a way out on Windows", "..\\\\..\\\\secret.txt", "secret.txt"),
          new Case("an absolute path", "/etc/shadow", "shadow"),
          new Case("only slashes", "///", "upload"),
          new Case("nothing", "", "upload"),
          new Case("blanks", "   ", "upload"),
          new Case("NUL", "a\0b.csv", "ab.csv"),
          new Case("control characters", "a\t\u0007b\u001b[31m.csv", "ab[31m.csv"),
          new Case("text turned round", "invoice\u202Efdp.exe", "invoicefdp.exe"),
          new Case("marks of direction", "\u200Fdata\u2066.csv", "data.csv"),
          new Case("emoji with joiner", "📊 👩‍🔬.png", "📊 👩‍🔬.png"),
          new Case("scripts", "売上-مبيعات-बिक्री.csv", "売上-مبيعات-बिक्री.csv"),
          new Case("decomposed", "Umsa\u0308tze.csv", "Umsätze.csv"),
          new Case("quote", "a\\\"b.csv", "a\"b.csv"),
          new Case("quote as browsers send it", "a%22b.csv", "a\"b.csv"),
          new Case("semicolon", "a;b=c.csv", "a;b=c.csv"),
          new Case("hidden", ".bashrc", ".bashrc"),
          new Case("a switch", "-rf", "-rf"));

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

  @TestFactory
  Stream<DynamicTest> aHostileNameBecomesHarmlessAndAnOrdinaryOneStays() {
    return CASES.stream().map(c -> dynamicTest(c.what(), () -> assertKept(c.sent(), c.kept())));
  }

  private void assertKept(String sent, String kept) throws Exception {
    JsonNode file = json(api.post("/v1/files", Forms.TYPE, Forms.file(sent, "x")));
    assertThat(file.path("filename").asString("")).isEqualTo(kept);
    HttpResponse<String> content =
        api.get("/v1/files/" + file.path("id").asString("") + "/content");
    assertThat(content.body()).isEqualTo("x");
    String disposition = content.headers().firstValue("content-disposition").orElse("");
    assertThat(disposition).matches("attachment; filename=\"[ -~&&[^\"]]*\"; filename\\*=.*");
    assertThat(URLDecoder.decode(disposition.substring(disposition.indexOf("''") + 2), UTF_8))
        .isEqualTo(kept);
  }

  @Test
  void aLongNameIsCutBetweenCharactersAndKeepsItsExtension() throws Exception {
    for (String c : List.of("x", "é", "売", "📊")) {
      JsonNode file =
          json(api.post("/v1/files", Forms.TYPE, Forms.file(c.repeat(300) + ".csv", "x")));
      String name = file.path("filename").asString("");
      assertThat(name).endsWith(c + ".csv").doesNotContain("\uFFFD");
      assertThat(name.getBytes(UTF_8).length).isBetween(230, 240);
    }
  }

  @Test
  void twoFilesOfOneNameStayTwo() throws Exception {
    String one = api.upload("a.csv", "1");
    String two = api.upload("a.csv", "2");
    assertThat(one).isNotEqualTo(two);
    assertThat(api.get("/v1/files/" + one + "/content").body()).isEqualTo("1");
    assertThat(api.get("/v1/files/" + two + "/content").body()).isEqualTo("2");
    assertThat(json(api.get("/v1/files")).path("data").valueStream())
        .allMatch(f -> f.path("filename").asString("").equals("a.csv"));
  }

  @Test
  void aNameInTheExtendedFormWins() throws Exception {
    String form =
        Forms.form(
            Forms.field("purpose", "user_data"),
            Forms.raw(
                "form-data; name=\"file\"; filename=\"x.csv\"; filename*=UTF-8''%e5%a3%b2.csv",
                "1"));
    assertThat(json(api.post("/v1/files", Forms.TYPE, form)).path("filename").asString(""))
        .isEqualTo("売.csv");
  }
}
