package dev.sandglass.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.common.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {

  private static final String TOTAL = "{\"kind\":\"number\",\"name\":\"v\"}";
  private static final String SHARE = "{\"kind\":\"number\",\"name\":\"v\",\"percent\":true}";
  private static final String LOSS = "{\"kind\":\"number\",\"name\":\"v\",\"sign\":\"any\"}";
  private static final String COUNT = "{\"kind\":\"number\",\"name\":\"v\",\"near\":[\"student\"]}";
  private static final String CITY =
      "{\"kind\":\"text\",\"name\":\"v\",\"claim\":[\"highest\",\"most\"]}";
  private static final String MONTH = "{\"kind\":\"month\",\"name\":\"v\",\"claim\":[\"highest\"]}";
  private static final String DAY = "{\"kind\":\"day\",\"name\":\"v\"}";

  @ParameterizedTest(name = "{0} in “{1}”: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "50291.103 | The total is 50,291.10. | true",
        "50291.103 | about **$50.3k** | true",
        "50291.103 | 50 291.1 EUR | true",
        "50291.103 | roughly 50,000 | false",
        "50291.103 | 50,391.10 | false",
        "50291.103 | 5029110 | false",
        "50291.103 | \\(50{,}291.10\\) | true",
        "50291.103 | \\[ 50\\,291.10 \\] | true",
        "50291.103 | nothing | false",
        "2.466666667 | 2.5 | false",
        "2.466666667 | 2.47 | true",
        "-1090 | a loss of −1,090 | true",
        "-1090 | 1,090 | false",
        "0.6466471676 | ≈ 0.6466 | true",
      })
  void numbersMayBeRoundedButNotWrong(double value, String answer, boolean solved) {
    assertThat(judge(TOTAL, String.valueOf(value), answer)).isEqualTo(solved);
  }

  @Test
  void aPercentageMayBeAFraction() {
    assertThat(judge(SHARE, "14.28571429", "a rate of 0.1429")).isTrue();
    assertThat(judge(SHARE, "14.28571429", "a rate of 14.29 %")).isTrue();
    assertThat(judge(SHARE, "14.28571429", "a rate of 0.1429 %")).isFalse();
    assertThat(judge(TOTAL, "14.28571429", "a rate of 0.1429")).isFalse();
  }

  @Test
  void aLossMayBeToldWithoutItsSign() {
    assertThat(judge(LOSS, "-29.54", "it fell by 29.54 %")).isTrue();
  }

  @Test
  void aSmallCountMustStandNearItsWord() {
    assertThat(judge(COUNT, "21", "21 students took no exam.")).isTrue();
    assertThat(judge(COUNT, "21", "Students without an exam:\n\n21")).isTrue();
    assertThat(judge(COUNT, "21", "The value is 21.")).isFalse();
    assertThat(judge(COUNT, "21", "There are 12 students" + ".".repeat(70) + "\n21")).isFalse();
  }

  @ParameterizedTest(name = "“{0}”: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Ireland has the highest share. | true",
        "ireland: 14.3 % | true",
        "Irelandia | false",
        "Norway 5 %, Ireland 14 % | false",
        "Norway: 5 %; Ireland: 14 %. The highest is in Ireland. | true",
        "Ireland: 14 %; Norway: 5 %. The highest is in Norway. | false",
        "Ireland and Norway are countries. Ireland has the most. | true",
        "No idea. | false",
      })
  void theRightNameMustTakeTheClaim(String answer, boolean solved) {
    String value = "{\"is\":\"Ireland\",\"not\":[\"Norway\",\"Poland\"]}";
    assertThat(judge(CITY, value, answer)).isEqualTo(solved);
  }

  @Test
  void aMonthMayBeWrittenAsPeopleDo() {
    String value = "{\"is\":\"2024-11\",\"not\":[\"2024-05\",\"2024-12\"]}";
    assertThat(judge(MONTH, value, "In November 2024")).isTrue();
    assertThat(judge(MONTH, value, "2024-11: 120 orders")).isTrue();
    assertThat(judge(MONTH, value, "It may be Nov.")).isTrue();
    assertThat(judge(MONTH, value, "May had most, November less")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "2025-03-07,true",
    "March 7,true",
    "7th of March,true",
    "07.03.2025,true",
    "Mar 07 2025,true",
    "March 17,false",
    "2025-03-08,false",
  })
  void aDayMayBeWrittenAsPeopleDo(String answer, boolean solved) {
    String value = "{\"is\":\"2025-03-07\",\"not\":[\"2025-03-08\"]}";
    assertThat(judge(DAY, value, answer)).isEqualTo(solved);
  }

  @Test
  void allOfAListIsWanted() {
    assertThat(judge(TOTAL, "[1250, 3400]", "1,250 and 3,400")).isTrue();
    assertThat(judge(TOTAL, "[1250, 3400]", "1,250")).isFalse();
  }

  @Test
  void aFileIsJudgedByItsContent() {
    String check = "{\"kind\":\"number\",\"name\":\"v\",\"in\":\"*.csv\"}";
    Produced table = new Produced("out/a.csv", "x,557300\ny,12", false, 0, 0);
    assertThat(judge(check, "557300", "see the file", table)).isTrue();
    assertThat(judge(check, "558301.5", "558301.5", table)).isFalse();
    assertThat(judge(check, "999", "999", table)).isFalse();
    Produced ids = new Produced("ids.csv", "503,507\n510,512\n", false, 0, 0);
    assertThat(judge(check, "[507, 510]", "", ids)).isTrue();
    assertThat(judge("{\"kind\":\"file\",\"glob\":\"*.csv\"}", "0", "", table)).isTrue();
    assertThat(judge("{\"kind\":\"file\",\"glob\":\"b.csv\"}", "0", "", table)).isFalse();
  }

  @Test
  void anImageIsJudgedByItsSize() {
    Produced image = new Produced("a.png", null, true, 210, 130);
    String sized = "{\"kind\":\"image\",\"name\":\"v\"}";
    assertThat(judge("{\"kind\":\"image\"}", "0", "", image)).isTrue();
    assertThat(judge("{\"kind\":\"image\"}", "0", "see the chart")).isFalse();
    assertThat(judge(sized, "[210, 130]", "", image)).isTrue();
    assertThat(judge(sized, "[420, 260]", "", image)).isFalse();
  }

  @Test
  void anErrorIsNoAnswer() {
    Attempt failed = new Attempt("q", "1234", 0, 1, List.of(), "HTTP 500", List.of());
    EvalQuestion question = question(TOTAL);
    assertThat(Judge.faults(question, Json.MAPPER.readTree("{\"v\":1234}"), failed))
        .containsExactly("HTTP 500");
  }

  private static boolean judge(String check, String value, String answer, Produced... files) {
    Attempt attempt = new Attempt("q", answer, 1, 1, List.of(files), null, List.of());
    return Judge.faults(question(check), Json.MAPPER.readTree("{\"v\":" + value + "}"), attempt)
        .isEmpty();
  }

  private static EvalQuestion question(String check) {
    Check parsed = Json.MAPPER.readValue(check, Check.class);
    return new EvalQuestion("q", "test", List.of(), "?", List.of(parsed));
  }
}
