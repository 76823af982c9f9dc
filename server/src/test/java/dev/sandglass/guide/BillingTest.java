package dev.sandglass.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.admin.organization.usage.UsageCodeInterpreterSessionsParams;
import com.openai.models.admin.organization.usage.UsageCostsParams;
import com.openai.services.blocking.admin.organization.UsageService;
import dev.sandglass.config.Edition;
import dev.sandglass.testing.Api;
import dev.sandglass.testing.MovingClock;
import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedReply;
import dev.sandglass.testing.Tap;
import dev.sandglass.testing.memory.MemoryDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The guide's "Pricing and Billing", over HTTP, by a clock that the test moves. */
@SuppressWarnings("NullAway.Init") // set up before each test
class BillingTest {

  private static final String TOOL = "{'type':'code_interpreter','container':{'type':'auto'}}";
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final String SESSIONS = "/organization/usage/code_interpreter_sessions";
  private static final String COSTS = "/organization/costs";

  private final MovingClock clock = new MovingClock(START);
  private final MemoryDriver driver = new MemoryDriver();
  private ScriptedModel model;
  private RunningServer server;
  private Api api;

  @BeforeEach
  void start(@TempDir Path directory) {
    start(directory, Map.of());
  }

  private void start(Path directory, Map<String, String> settings) {
    model = ScriptedModel.start();
    server = RunningServer.start(directory, driver, model, settings, clock);
    api = new Api(server.url(), server.key());
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
    model.close();
  }

  @Test
  void anExplicitContainerOpensItsSessionAtOnce() throws Exception {
    api.post("/containers", "{}");
    assertThat(sessions()).isEqualTo(1);
    assertThat(dollars()).isEqualTo("0.03");
  }

  @Test
  void aSessionWhoseProcessCannotBeMadeCostsNothingUntilOneCan() throws Exception {
    driver.failing(true);
    String made = api.post("/containers", "{}").json().path("id").asString();
    assertThat(inContainer(made, "x = 1").status()).isEqualTo(500);
    model.reply(ScriptedReply.code("x = 1"));
    assertThat(ask("'input':'Go'").has("error")).isTrue();
    assertThat(sessions()).isZero();
    clock.move(Duration.ofMinutes(10));
    driver.failing(false);
    assertThat(inContainer(made, "x = 1").status()).isEqualTo(200);
    assertThat(sessions()).isEqualTo(1);
  }

  @Test
  void aSessionStaysOpenWhenItsProcessDiesAndNoOtherCanBeMade() throws Exception {
    String made = api.post("/containers", "{}").json().path("id").asString();
    assertThat(inContainer(made, "x = 1").status()).isEqualTo(200);
    driver.end(made);
    driver.failing(true);
    assertThat(inContainer(made, "x = 1").status()).isEqualTo(500);
    assertThat(sessions()).isEqualTo(1);
  }

  private Api.Answer inContainer(String id, String code) throws Exception {
    model.reply(ScriptedReply.code(code), ScriptedReply.text("Done."));
    Api.Answer answer =
        api.post(
            "/responses",
            "{'model':'m','input':'Go','tools':[{'type':'code_interpreter','container':'%s'}]}"
                .formatted(id));
    model.forget();
    return answer;
  }

  @Test
  void aTurnWithoutCodeOpensNone() throws Exception {
    model.reply(ScriptedReply.text("Hello."));
    ask("'input':'Hi'");
    assertThat(sessions()).isZero();
    assertThat(dollars()).isEqualTo("0");
  }

  @Test
  void aTurnThatBringsFilesButNoCodeOpensNone() throws Exception {
    String file = api.upload("/files", "a.txt", "a").path("id").asString();
    model.reply(ScriptedReply.text("Hello."));
    String tool = TOOL.replace("'auto'", "'auto','file_ids':['" + file + "']");
    assertThat(
            api.post("/responses", "{'model':'m','input':'Hi','tools':[%s]}".formatted(tool))
                .status())
        .isEqualTo(200);
    assertThat(api.get("/containers").json().path("data")).hasSize(1);
    assertThat(sessions()).isZero();
  }

  @Test
  void aSecondRequestInTheSameConversationIsTheSameContainerAndTheSameFee() throws Exception {
    JsonNode first = code("'input':'Go'", "x = 1");
    clock.move(Duration.ofMinutes(10));
    String follow =
        "'input':'On','previous_response_id':'%s'".formatted(first.path("id").asString());
    JsonNode second = code(follow, "print(x)");
    assertThat(container(second)).isEqualTo(container(first));
    clock.move(Duration.ofMinutes(10));
    String message = first.at("/choices/0/message").toString();
    JsonNode third =
        code("'messages':[%s,{'role':'user','content':'On'}]".formatted(message), "print(x)");
    assertThat(container(third)).isEqualTo(container(first));
    clock.move(Duration.ofMinutes(10));
    JsonNode fourth =
        code(
            "'input':[%s,{'role':'user','content':'On'}]".formatted(first.at("/output/0")),
            "print(x)");
    assertThat(container(fourth)).isEqualTo(container(first));
    assertThat(sessions()).isEqualTo(1);
    assertThat(dollars()).isEqualTo("0.03");
  }

  @Test
  void anotherConversationIsAnotherContainerAndAnotherFee() throws Exception {
    JsonNode first = code("'input':'Go'", "x = 1");
    assertThat(container(code("'input':'Go'", "x = 1"))).isNotEqualTo(container(first));
    assertThat(dollars()).isEqualTo("0.06");
  }

  @Test
  void anExpiredContainerIsReplacedSilentlyForAnotherFee() throws Exception {
    JsonNode first = code("'input':'Go'", "x = 1");
    clock.move(Duration.ofMinutes(20));
    String follow =
        "'input':'On','previous_response_id':'%s'".formatted(first.path("id").asString());
    JsonNode second = code(follow, "y = 2");
    assertThat(second.path("status").asString()).isEqualTo("completed");
    assertThat(container(second)).isNotEqualTo(container(first));
    assertThat(sessions()).isEqualTo(2);
  }

  @Test
  void aDeletedContainersFeeStays() throws Exception {
    String id = api.post("/containers", "{}").json().path("id").asString();
    api.delete("/containers/" + id);
    assertThat(dollars()).isEqualTo("0.03");
  }

  @Test
  void aContainerConfiguredToLiveLongerCostsAFeeForEachHourBegun(@TempDir Path other)
      throws Exception {
    stop();
    start(other, Map.of("container.life", "3h"));
    String id = api.post("/containers", "{}").json().path("id").asString();
    for (int i = 0; i < 5; i++) {
      clock.move(Duration.ofMinutes(15));
      api.get("/containers/" + id);
    }
    api.delete("/containers/" + id);
    assertThat(dollars()).isEqualTo("0.06");
  }

  @Test
  void generatedFilesOfAnExpiredContainerStayThroughBothRoutesUntilTheirRetentionIsOver()
      throws Exception {
    JsonNode made = code("'input':'Go'", "_ = open('g.txt', 'w').write('made')");
    String file = made.at("/output/1/content/0/annotations/0/file_id").asString();
    List<String> routes =
        List.of(
            "/containers/" + container(made) + "/files/" + file + "/content",
            "/files/" + file + "/content");
    clock.move(Duration.ofMinutes(21));
    assertThat(api.get("/containers/" + container(made)).json().path("status").asString())
        .isEqualTo("expired");
    clock.move(Duration.ofDays(30).minus(Duration.ofMinutes(2)));
    for (String route : routes) {
      assertThat(api.get(route).text()).as(route).isEqualTo("made");
    }
    clock.move(Duration.ofMinutes(1));
    for (String route : routes) {
      assertThat(api.get(route).status()).as(route).isEqualTo(404);
    }
  }

  @Test
  void anExpiredContainerThatIsNamedIsRefused() throws Exception {
    String id = api.post("/containers", "{}").json().path("id").asString();
    clock.move(Duration.ofMinutes(20));
    Api.Answer answer =
        api.post(
            "/responses",
            "{'model':'m','input':'Hi','tools':[{'type':'code_interpreter','container':'%s'}]}"
                .formatted(id));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error().path("message").asString()).startsWith("Container is expired.");
  }

  @Test
  void aRetrieveCountsAsUseAndAListDoesNot() throws Exception {
    String retrieved = api.post("/containers", "{}").json().path("id").asString();
    String listed = api.post("/containers", "{}").json().path("id").asString();
    clock.move(Duration.ofMinutes(19));
    api.get("/containers/" + retrieved);
    api.get("/containers");
    api.get("/containers/" + listed + "/files");
    clock.move(Duration.ofMinutes(1));
    assertThat(api.get("/containers/" + retrieved).json().path("status").asString())
        .isEqualTo("active");
    assertThat(api.get("/containers/" + listed).json().path("status").asString())
        .isEqualTo("expired");
  }

  @Test
  void theHostedServicesAutoContainerCostsWithItsRequest() throws Exception {
    try (Api openai = new Api(server.url(), server.key(Edition.OPENAI))) {
      model.reply(ScriptedReply.text("Hello."));
      openai.post("/responses", "{'model':'m','input':'Hi','tools':[%s]}".formatted(TOOL));
    }
    assertThat(sessions()).isEqualTo(1);
  }

  @Test
  void thePriceIsASettingAndExact(@TempDir Path other) throws Exception {
    stop();
    start(other, Map.of("billing.session-price", "0.1"));
    for (int i = 0; i < 3; i++) {
      api.post("/containers", "{}");
    }
    assertThat(dollars()).isEqualTo("0.3");
  }

  @Test
  void usageComesInBucketsAndPages() throws Exception {
    api.post("/containers", "{}");
    clock.move(Duration.ofHours(2));
    api.post("/containers", "{}");
    api.post("/containers", "{}");
    String query = SESSIONS + "?bucket_width=1h&limit=2&start_time=" + START.getEpochSecond();
    JsonNode first = api.get(query).json();
    assertThat(first.path("object").asString()).isEqualTo("page");
    assertThat(first.path("has_more").asBoolean()).isTrue();
    assertThat(first.at("/data/0/results/0/num_sessions").asInt()).isEqualTo(1);
    assertThat(first.at("/data/0/end_time").asLong()).isEqualTo(START.getEpochSecond() + 3600);
    assertThat(first.at("/data/1/results")).isEmpty();
    JsonNode second = api.get(query + "&page=" + first.path("next_page").asString()).json();
    assertThat(second.path("has_more").asBoolean()).isFalse();
    assertThat(second.path("next_page").isNull()).isTrue();
    assertThat(second.at("/data/0/results/0/num_sessions").asInt()).isEqualTo(2);
  }

  @Test
  void costsAreToldApartByProjectItemAndKey() throws Exception {
    api.post("/containers", "{}");
    try (Api second = new Api(server.url(), server.key(Edition.GUIDE))) {
      second.post("/containers", "{}");
    }
    String query = COSTS + "?start_time=" + START.getEpochSecond();
    JsonNode together = api.get(query).json().at("/data/0/results");
    assertThat(together).hasSize(1);
    assertThat(together.at("/0/api_key_id").isNull()).isTrue();
    assertThat(together.at("/0/amount/currency").asString()).isEqualTo("usd");
    String by = "&group_by[]=project_id&group_by[]=line_item&group_by[]=api_key_id";
    JsonNode apart = api.get(query + by.replace("[", "%5B").replace("]", "%5D")).json();
    assertThat(apart.at("/data/0/results")).hasSize(2);
    JsonNode one = apart.at("/data/0/results/0");
    assertThat(one.path("project_id").asString()).startsWith("proj_");
    assertThat(one.path("api_key_id").asString()).startsWith("key_");
    assertThat(one.path("line_item").asString()).isEqualTo("code interpreter sessions");
    assertThat(one.path("quantity").asInt()).isEqualTo(1);
    JsonNode keys = api.get(query + "&api_key_ids=" + one.path("api_key_id").asString()).json();
    assertThat(keys.at("/data/0/results/0/amount/value").decimalValue().toString())
        .isEqualTo("0.03");
    assertThat(api.get(query + "&line_items=tokens").json().at("/data/0/results")).isEmpty();
  }

  @Test
  void theJavaSdksTypesAcceptUsageAndCosts() throws Exception {
    api.post("/containers", "{}");
    Tap tap = Tap.before(server.url());
    OpenAIClient admin =
        OpenAIOkHttpClient.builder()
            .baseUrl(tap.url().toString())
            .apiKey(server.key())
            .adminApiKey(server.key())
            .responseValidation(true)
            .build();
    try {
      UsageService usage = admin.admin().organization().usage();
      var sessions =
          usage
              .codeInterpreterSessions(
                  UsageCodeInterpreterSessionsParams.builder()
                      .startTime(START.getEpochSecond())
                      .addGroupBy(UsageCodeInterpreterSessionsParams.GroupBy.PROJECT_ID)
                      .build())
              .validate();
      assertThat(
              sessions
                  .data()
                  .getFirst()
                  .results()
                  .getFirst()
                  .asOrganizationUsageCodeInterpreterSessions()
                  .numSessions())
          .isEqualTo(1);
      var costs =
          usage
              .costs(
                  UsageCostsParams.builder()
                      .startTime(START.getEpochSecond())
                      .addGroupBy(UsageCostsParams.GroupBy.LINE_ITEM)
                      .addGroupBy(UsageCostsParams.GroupBy.API_KEY_ID)
                      .build())
              .validate();
      var cost = costs.data().getFirst().results().getFirst().asOrganizationCosts();
      assertThat(cost.amount().flatMap(amount -> amount.value())).contains(0.03);
      assertThat(cost.quantity()).contains(1.0);
    } finally {
      admin.close();
      tap.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          usage/code_interpreter_sessions,                                     missing_required_parameter, start_time
          usage/code_interpreter_sessions?start_time=soon,                     invalid_type,               start_time
          usage/code_interpreter_sessions?start_time=-1,                       integer_below_min_value,    start_time
          usage/code_interpreter_sessions?start_time=99999999999999,           integer_above_max_value,    start_time
          usage/code_interpreter_sessions?start_time=10&end_time=10,           invalid_value,              end_time
          usage/code_interpreter_sessions?start_time=0&bucket_width=1w,        invalid_value,              bucket_width
          usage/code_interpreter_sessions?start_time=0&limit=0,                integer_below_min_value,    limit
          usage/code_interpreter_sessions?start_time=0&limit=32,               integer_above_max_value,    limit
          usage/code_interpreter_sessions?start_time=0&bucket_width=1h&limit=169,  integer_above_max_value, limit
          usage/code_interpreter_sessions?start_time=0&bucket_width=1m&limit=1441, integer_above_max_value, limit
          usage/code_interpreter_sessions?start_time=0&group_by=api_key_id,    invalid_value,              group_by
          usage/code_interpreter_sessions?start_time=0&page=2,                 invalid_value,              page
          usage/code_interpreter_sessions?start_time=0&project_id=p,           unknown_parameter,          project_id
          costs?start_time=0&bucket_width=1h,                                  invalid_value,              bucket_width
          costs?start_time=0&limit=181,                                        integer_above_max_value,    limit
          costs?start_time=0&group_by=user_id,                                 invalid_value,              group_by
          """)
  void aBadParameterIsRefused(String path, String code, String param) throws Exception {
    Api.Answer answer = api.get("/organization/" + path);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error().path("code").asString()).isEqualTo(code);
    assertThat(answer.error().path("param").asString()).isEqualTo(param);
  }

  @ParameterizedTest
  @CsvSource({"1d,31", "1h,168", "1m,1440"})
  void theMostBucketsOfAPageAreTaken(String width, int limit) throws Exception {
    JsonNode page =
        api.get(SESSIONS + "?start_time=0&bucket_width=" + width + "&limit=" + limit).json();
    assertThat(page.path("data")).hasSize(limit);
  }

  private JsonNode ask(String input) throws Exception {
    return api.post("/responses", "{'model':'m',%s,'tools':[%s]}".formatted(input, TOOL)).json();
  }

  private JsonNode code(String input, String code) throws Exception {
    model.reply(ScriptedReply.code(code), ScriptedReply.text("Done."));
    return ask(input);
  }

  private static String container(JsonNode response) {
    return response.at("/output/0/container_id").asString();
  }

  private int sessions() throws Exception {
    JsonNode page = api.get(SESSIONS + "?start_time=" + START.getEpochSecond()).json();
    return page.at("/data/0/results/0/num_sessions").asInt(0);
  }

  private String dollars() throws Exception {
    JsonNode page = api.get(COSTS + "?start_time=" + START.getEpochSecond()).json();
    JsonNode value = page.at("/data/0/results/0/amount/value");
    return value.isMissingNode() ? "0" : value.decimalValue().toString();
  }
}
