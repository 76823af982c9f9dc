package dev.sandglass.api;

import static dev.sandglass.api.Forms.TYPE;
import static dev.sandglass.api.Forms.field;
import static dev.sandglass.api.Forms.form;
import static dev.sandglass.api.Forms.part;
import static dev.sandglass.api.Forms.raw;
import static dev.sandglass.testing.HttpFixture.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sandglass.testing.BlobDirectory;
import dev.sandglass.testing.HttpFixture;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Forms as clients send them, malformed ones, and mutilated ones: never an error of ours. */
@Timeout(120)
class MultipartTest {

  private static final String PURPOSE = field("purpose", "user_data");
  private static final String FILE = part("file", "a.csv", "a,b\r\n1,2");
  private static final String ALL = form(PURPOSE, FILE);

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

  private record Case(String name, String type, String body, int status, String says) {
    static Case good(String name, String type, String body) {
      return new Case(name, type, body, 200, "");
    }

    static Case bad(String name, String body, String says) {
      return new Case(name, TYPE, body, 400, says);
    }
  }

  private static final List<Case> CASES =
      List.of(
          Case.good("purpose first", TYPE, ALL),
          Case.good("file first", TYPE, form(FILE, PURPOSE)),
          Case.good(
              "no filename", TYPE, form(PURPOSE, raw("form-data; name=\"file\"", "a,b\r\n1,2"))),
          Case.good("tokens without quotes", TYPE, form(PURPOSE, raw("form-data; name=file", "x"))),
          Case.good("quoted boundary", "multipart/form-data; boundary=\"B\"", ALL),
          Case.good("type in capitals", "Multipart/Form-Data; Boundary=B", ALL),
          Case.good("charset beside the boundary", TYPE + "; charset=utf-8", ALL),
          Case.good("preamble and epilogue", TYPE, "hello\r\n" + ALL + "good bye"),
          Case.good(
              "the longest boundary",
              "multipart/form-data; boundary=" + "b".repeat(70),
              ALL.replace("--B", "--" + "b".repeat(70))),
          Case.good(
              "a quote without end",
              TYPE,
              form(PURPOSE, raw("form-data; name=file; filename=\"" + "\\".repeat(15_000), "x"))),
          Case.good(
              "content like a boundary", TYPE, form(PURPOSE, part("file", "a", "\r\n--A\r\n-B"))),
          Case.good("unknown fields", TYPE, form(field("more", "x"), PURPOSE, FILE)),
          Case.bad("nothing", "", "boundary does not occur"),
          Case.bad("no form", "{\"file\": 1}", "boundary does not occur"),
          Case.bad("another boundary", ALL.replace("--B", "--C"), "boundary does not occur"),
          Case.bad("cut before the end", ALL.substring(0, ALL.length() - 8), "malformed"),
          Case.bad("cut in the file", ALL.substring(0, ALL.length() - 14), "malformed"),
          Case.bad("cut in the headers", PURPOSE + "--B\r\nContent-Dispo", "malformed"),
          Case.bad("only the end", "--B--\r\n", "boundary does not occur"),
          Case.bad("no empty line", form("--B\r\nContent-Disposition: x\r\n"), "malformed"),
          Case.bad("no file", form(PURPOSE), "file"),
          Case.bad("no purpose", form(FILE), "purpose"),
          Case.bad("another purpose", form(field("purpose", "fun"), FILE), "user_data"),
          Case.bad("two files", form(PURPOSE, FILE, FILE), "more than one file"),
          Case.bad("no name", form(PURPOSE, raw("form-data", "x")), "file"),
          Case.good("a list", TYPE, form(field("x[]", "y").repeat(2), PURPOSE, FILE)),
          Case.bad("two purposes", form(PURPOSE, PURPOSE, FILE), "more than one field purpose"),
          Case.bad("too many parts", form(field("x[]", "y").repeat(20), PURPOSE, FILE), "20 parts"),
          Case.bad(
              "a long field", form(field("x", "y".repeat(65_537)), PURPOSE, FILE), "65536 bytes"),
          Case.bad(
              "a long header", form(raw("form-data; name=" + "x".repeat(17_000), "y")), "16384"),
          new Case("no boundary", "multipart/form-data", ALL, 400, "no boundary"),
          new Case("empty boundary", "multipart/form-data; boundary=", ALL, 400, "no boundary"),
          new Case("another type", "application/json", "{}", 400, "multipart/form-data"),
          new Case("a type alike", "multipart/mixed; boundary=B", ALL, 400, "multipart/form-data"));

  @TestFactory
  Stream<DynamicTest> aFormIsReadAsItIsMeantOrRefusedWithAWordOnIt() {
    return CASES.stream().map(c -> dynamicTest(c.name(), () -> check(c)));
  }

  private void check(Case c) throws Exception {
    Set<String> before = BlobDirectory.sums(blobs());
    HttpResponse<String> answer = api.post("/v1/files", c.type(), c.body());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(c.status());
    assertThat(answer.body()).contains(c.says());
    if (c.status() != 200) {
      assertThat(json(answer).path("error").path("message").asString("")).isNotBlank();
      assertThat(BlobDirectory.sums(blobs())).as("left behind").isEqualTo(before);
    }
    assertThat(BlobDirectory.incoming(blobs())).isEmpty();
  }

  @Test
  void bytesOfEveryValueComeThrough() throws Exception {
    byte[] all = new byte[70_000];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (i * 31 + i / 256);
    }
    String form = form(PURPOSE, part("file", "a.bin", new String(all, ISO_8859_1)));
    HttpResponse<String> answer =
        api.send(
            api.request("/v1/files")
                .header("Content-Type", TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(form.getBytes(ISO_8859_1))));
    assertThat(json(answer).path("bytes").asInt(0)).isEqualTo(all.length);
    assertThat(BlobDirectory.sums(blobs())).containsExactly(sha256(all));
  }

  @Test
  void noMutilatedFormBringsAnErrorOfOursOrLeavesAnythingBehind() throws Exception {
    long seed = 20_261_123;
    Random random = new Random(seed);
    Set<String> accepted = new HashSet<>();
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] body = Mutation.of(random, base(random).getBytes(UTF_8));
      HttpResponse<String> answer =
          api.send(
              api.request("/v1/files")
                  .timeout(Duration.ofSeconds(20))
                  .header("Content-Type", type(random))
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
      String what = "form " + i + " of seed " + seed + ": " + new String(body, ISO_8859_1);
      assertThat(answer.statusCode()).as(what).isIn(200, 400);
      JsonNode json = json(answer);
      if (answer.statusCode() == 200) {
        accepted.add(json.path("id").asString(""));
      } else {
        refused++;
        assertThat(json.path("error").path("message").asString("")).as(what).isNotBlank();
      }
      assertThat(BlobDirectory.incoming(blobs())).as(what).isEmpty();
    }
    assertThat(accepted).as("the fuzzer reaches both ends").hasSizeGreaterThan(20);
    assertThat(refused).isGreaterThan(100);
    assertThat(BlobDirectory.sums(blobs())).isEqualTo(contents(accepted));
  }

  private static String base(Random random) {
    String content = "x,y\r\n".repeat(random.nextInt(2000)) + random.nextInt();
    return random.nextBoolean()
        ? form(PURPOSE, part("file", "a.csv", content))
        : form(part("file", "a.csv", content), PURPOSE, field("expires_after[seconds]", "3600"));
  }

  private static String type(Random random) {
    if (random.nextInt(10) > 0) {
      return TYPE;
    }
    char c = (char) (' ' + random.nextInt(95));
    int at = random.nextInt(TYPE.length());
    return TYPE.substring(0, at) + c + TYPE.substring(at + 1);
  }

  private Set<String> contents(Set<String> ids) throws Exception {
    Set<String> sums = new HashSet<>();
    for (String id : ids) {
      HttpResponse<String> content = api.get("/v1/files/" + id);
      assertThat(content.statusCode()).isEqualTo(200);
      try (var in = api.files.open(api.files.find(api.key.key().project(), id).orElseThrow())) {
        sums.add(sha256(in.readAllBytes()));
      }
    }
    return sums;
  }

  private Path blobs() {
    return home.resolve("blobs");
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
