package dev.sandglass.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.config.Edition;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.responses.CodeInterpreter;
import dev.sandglass.responses.ContentPart;
import dev.sandglass.responses.Include;
import dev.sandglass.responses.InputItem;
import dev.sandglass.responses.ResponseRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

class CreateResponseParserTest {

  private static final String TOOL = "{'type':'code_interpreter','container':{'type':'auto'}}";

  /** Body without model, code, param, a piece of the message (openai-api.md 4.9). */
  static Stream<Arguments> refusals() {
    return Stream.of(
        bad("'input':'x','sotre':true", "unknown_parameter", "sotre", "Did you mean 'store'?"),
        bad(
            "'input':[{'role':'user','content':'x','bogus':1}]", "unknown_parameter",
            "input[0].bogus", "Unknown parameter: 'input[0].bogus'."),
        bad(
            "'input':'x','stream_options':{'include_usage':true}", "unknown_parameter",
            "stream_options.include_usage", ""),
        bad("'messages':[]", "unsupported_parameter", null, "moved to 'input'"),
        bad(
            "'input':'x','response_format':{}",
            "unsupported_parameter",
            "response_format",
            "'text.format'"),
        bad(
            "'input':'x','max_tokens':9",
            "unsupported_parameter",
            "max_tokens",
            "'max_output_tokens'"),
        bad("", "missing_required_parameter", "input", "Missing required parameter: 'input'."),
        bad("'input':7", "invalid_type", "input", "an integer"),
        bad("'input':'x','temperature':-1", "decimal_below_min_value", "temperature", ">= 0"),
        bad("'input':'x','temperature':3", "decimal_above_max_value", "temperature", "<= 2"),
        bad(
            "'input':'x','max_output_tokens':3",
            "integer_below_min_value",
            "max_output_tokens",
            ">= 16"),
        bad("'input':'x','max_tool_calls':0", "integer_below_min_value", "max_tool_calls", ""),
        bad(
            "'input':'x','include':['nonsense']",
            "invalid_value",
            "include[0]",
            "code_interpreter_call.outputs"),
        bad("'input':'x','stream':'yes'", "invalid_type", "stream", "a boolean"),
        bad("'input':'x','tools':[{}]", "missing_required_parameter", "tools[0].type", ""),
        bad(
            "'input':'x','tools':[{'type':'code_interpreter'}]", "missing_required_parameter",
            "tools[0].container", "Missing required parameter: 'tools[0].container'."),
        bad(
            "'input':'x','tools':[{'type':'code_interpreter','container':'auto'}]",
            "invalid_value",
            "tools[0].container",
            "Invalid 'tools[0].container': 'auto'. Expected an ID that begins with 'cntr'."),
        bad(
            "'input':'x','tools':[{'type':'code_interpreter','container':{'type':'auto',"
                + "'files':[]}}]",
            "unknown_parameter",
            "tools[0].container.files",
            ""),
        bad(
            "'input':'x','tools':[{'type':'code_interpreter','container':{'type':'auto',"
                + "'memory_limit':'2g'}}]",
            "invalid_value",
            "tools[0].container.memory_limit",
            "'1g', '4g', '16g', and '64g'"),
        bad(
            "'input':'x','tools':[{'type':'code_interpreter','container':{'type':'auto',"
                + "'network_policy':{'type':'allowlist'}}}]",
            "unsupported_parameter",
            "tools[0].container.network_policy.type",
            "no network"),
        bad(
            "'input':'x','tools':[{'type':'function','name':'f'}]", "unsupported_parameter",
            "tools[0].type", "'function' is not available"),
        bad("'input':'x','tools':[{'type':'nonsense'}]", "invalid_value", "tools[0].type", ""),
        bad("'input':'x','tool_choice':'required'", "invalid_value", "tool_choice", "'tools'"),
        bad("'input':'x','tool_choice':'sometimes'", "invalid_value", "tool_choice", ""),
        bad("'input':'x','background':true", "unsupported_parameter", "background", ""),
        bad("'input':'x','conversation':'conv_1'", "unsupported_parameter", "conversation", ""),
        bad(
            "'input':'x','conversation':'c','previous_response_id':'resp_1'",
            "mutually_exclusive_parameters",
            null,
            ""),
        bad("'input':'x','prompt':{'id':'p'}", "unsupported_parameter", "prompt", ""),
        bad(
            "'input':'x','text':{'format':{'type':'json_object'}}", "unsupported_parameter",
            "text.format.type", ""),
        bad("'input':[{'role':'tool','content':'x'}]", "invalid_value", "input[0].role", ""),
        bad(
            "'input':[{'type':'function_call_output','call_id':'c','output':''}]",
            "unsupported_parameter",
            "input[0].type",
            ""),
        bad(
            "'input':[{'role':'user','content':[{'type':'input_file','file_url':'https://a'}]}]",
            "unsupported_parameter",
            "input[0].content[0].file_url",
            ""),
        bad(
            "'input':[{'role':'user','content':[{'type':'input_file','file_data':'!!'}]}],"
                + "'tools':["
                + TOOL
                + "]",
            "invalid_value",
            "input[0].content[0].file_data",
            "base64"),
        bad(
            "'input':[{'role':'user','content':[{'type':'input_file','file_id':'file-1'}]}]",
            "invalid_value",
            "input",
            "code_interpreter"),
        bad(
            "'input':[{'role':'user','content':[{'type':'text','text':'x'}]}]", "invalid_value",
            "input[0].content[0].type", "'input_text'"),
        bad("'input':'x','metadata':{'a':1}", "invalid_type", "metadata.a", ""));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatIsWrongIsRefusedInTheHostedServicesWords(
      String members, String code, String param, String message) {
    assertThatThrownBy(() -> parse(Edition.OPENAI, members))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining(message)
        .extracting("code", "param")
        .containsExactly(code, param);
  }

  @Test
  void theModelIsCheckedFirst() {
    var parser =
        new CreateResponseParser(
            Edition.OPENAI,
            name -> {
              throw ApiException.invalid("no such model " + name, "model_not_found", "model");
            });
    assertThatThrownBy(() -> parser.parse(json("{'model':'x','bogus':1}")))
        .hasMessage("no such model x");
    assertThatThrownBy(() -> parser.parse(json("{'bogus':1}")))
        .hasMessage("Missing required parameter: 'model'.");
  }

  @Test
  void nullCountsAsNotGiven() {
    ResponseRequest r =
        parse(
            Edition.OPENAI,
            "'input':'x','temperature':null,'tools':null,'store':null,'conversation':null,"
                + "'text':null,'reasoning':null,'metadata':null,'stream_options':null");
    assertThat(r.store()).isTrue();
    assertThat(r.obfuscation()).isTrue();
    assertThat(r.tool()).isNull();
    assertThat(r.echo().path("text").toString())
        .isEqualTo("{\"format\":{\"type\":\"text\"},\"verbosity\":\"medium\"}");
  }

  @Test
  void whatTunesTheModelIsEchoedAndPassedOn() {
    ResponseRequest r =
        parse(
            Edition.OPENAI,
            "'input':'x','reasoning':{'effort':'low'},'text':{'verbosity':'low'},"
                + "'service_tier':'flex','user':'u','temperature':0.5");
    assertThat(r.echo().at("/reasoning/effort").asString()).isEqualTo("low");
    assertThat(r.extra().toString())
        .contains("\"reasoning_effort\":\"low\"", "\"verbosity\":\"low\"", "\"user\":\"u\"");
    assertThat(r.temperature()).isEqualTo(0.5);
  }

  @Test
  void theGuidesShapesAreTakenInItsEdition() {
    ResponseRequest r =
        parse(
            Edition.GUIDE,
            "'messages':[{'role':'assistant','content':'a','refusal':null,'tool_calls':[]},"
                + "{'role':'user','content':[{'type':'text','text':'b'}]}],"
                + "'tools':[{'type':'code_interpreter'}]");
    assertThat(r.input()).hasSize(2);
    assertThat(r.tool()).isEqualTo(new CodeInterpreter.Auto(List.of()));
    assertThat(r.echo().at("/tools/0/container/type").asString()).isEqualTo("auto");
    ResponseRequest existing =
        parse(
            Edition.GUIDE,
            "'input':'x','tools':[{'type':'code_interpreter','container':"
                + "{'type':'existing','container_id':'cntr_1'}}]");
    assertThat(existing.tool())
        .isEqualTo(new CodeInterpreter.In("cntr_1", "tools[0].container.container_id"));
    assertThat(existing.echo().at("/tools/0/container").asString()).isEqualTo("cntr_1");
  }

  @Test
  void aChatsFilePartsAndNamesAreTakenInTheGuidesEdition() {
    String messages =
        "'messages':[{'role':'system','name':'boss','content':'s'},{'role':'user','name':'Zoë 🐍',"
            + "'content':[{'type':'file','file':{'file_id':'file-1'}},{'type':'file','file':"
            + "{'filename':'a.csv','file_data':'data:text/csv;base64,YQ=='}},{'type':'image_url',"
            + "'image_url':{'url':'https://a/b','detail':'low'}}]}],'tools':["
            + TOOL
            + "]";
    ResponseRequest r = parse(Edition.GUIDE, messages);
    List<ContentPart> parts = ((InputItem.Message) r.input().get(1)).parts();
    assertThat(parts.get(0)).isEqualTo(new ContentPart.FileId("file-1"));
    var data = (ContentPart.FileData) parts.get(1);
    assertThat(data.filename()).isEqualTo("a.csv");
    assertThat(data.content()).asString(StandardCharsets.UTF_8).isEqualTo("a");
    assertThat(parts.get(2)).isEqualTo(new ContentPart.ImageUrl("https://a/b", "low"));
    assertThat(r.input().toString()).doesNotContain("Zoë", "boss");
    String input = messages.replace("'messages'", "'input'");
    assertThatThrownBy(() -> parse(Edition.OPENAI, input))
        .hasMessageContaining("Unknown parameter: 'input[0].name'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'x':1                                       | unknown_parameter             | x
          'file':'file-1'                             | invalid_type                  | file
          'file':null                                 | missing_required_parameter    | file
          'file':{}                                   | missing_required_parameter    | file.file_id
          'file':{'file_id':7}                        | invalid_type                  | file.file_id
          'file':{'file_id':'f','file_data':'YQ=='}   | mutually_exclusive_parameters | file
          'file':{'file_data':'%%%'}                  | invalid_value                 | file.file_data
          'file':{'file_data':''}                     | invalid_value                 | file.file_data
          'file':{'file_data':'data:text/csv;base64,'}| invalid_value                 | file.file_data
          'file':{'file_url':'https://a/b'}           | unknown_parameter             | file.file_url
          'file':{'file_id':'f'},'file_id':'f'        | unknown_parameter             | file_id
          """)
  void aChatsFilePartThatIsNoneIsRefusedByItsPlace(String part, String code, String at) {
    String messages = "'messages':[{'role':'user','content':[{'type':'file',%s}]}]";
    assertThatThrownBy(() -> parse(Edition.GUIDE, messages.formatted(part)))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.param()).isEqualTo("messages[0].content[0]." + at);
            });
  }

  @Test
  void inputAndMessagesTogetherAreRefused() {
    assertThatThrownBy(() -> parse(Edition.GUIDE, "'input':'x','messages':[]"))
        .hasMessageContaining("Only one of");
  }

  @Test
  void itemsGetTheirNormalForm() {
    String data = Base64.getEncoder().encodeToString("a,b".getBytes(StandardCharsets.UTF_8));
    ResponseRequest r =
        parse(
            Edition.OPENAI,
            "'input':[{'role':'user','content':'q'},"
                + "{'role':'user','content':[{'type':'input_file','filename':'a.csv',"
                + "'file_data':'data:text/csv;base64,"
                + data
                + "'}]},"
                + "{'type':'code_interpreter_call','id':'ci_1','code':'1','container_id':'cntr_1',"
                + "'outputs':[{'type':'logs','logs':'1'}],'status':'completed'},"
                + "{'type':'reasoning','id':'rs_1','summary':[]},{'id':'msg_9'}],"
                + "'tools':["
                + TOOL
                + "]");
    assertThat(r.input().get(0).json().at("/content/0/type").asString()).isEqualTo("input_text");
    assertThat(r.input()).allSatisfy(i -> assertThat(i.json().path("id").asString()).isNotEmpty());
    var file = (ContentPart.FileData) ((InputItem.Message) r.input().get(1)).parts().getFirst();
    assertThat(new String(file.content(), StandardCharsets.UTF_8)).isEqualTo("a,b");
    assertThat(r.input().get(2)).isInstanceOf(InputItem.Call.class);
    assertThat(r.input().get(3)).isInstanceOf(InputItem.Ignored.class);
    assertThat(r.input().get(4)).isInstanceOf(InputItem.Reference.class);
  }

  @Test
  void toolChoiceIsRead() {
    assertThat(choice("'none'")).isEqualTo(PythonChoice.NONE);
    assertThat(choice("'required'")).isEqualTo(PythonChoice.REQUIRED);
    assertThat(choice("{'type':'code_interpreter'}")).isEqualTo(PythonChoice.REQUIRED);
    assertThat(
            choice("{'type':'allowed_tools','mode':'auto','tools':[{'type':'code_interpreter'}]}"))
        .isEqualTo(PythonChoice.AUTO);
  }

  @Test
  void ourExtensionIsAskedForByInclude() {
    assertThat(parse(Edition.OPENAI, "'input':'x','include':['sandglass.cell_output']").include())
        .containsExactly(Include.CELL_OUTPUT);
  }

  /** Whatever comes, the answer is a request or a refusal. */
  @Test
  void mutatedBodiesNeverFailOtherwise() {
    String body =
        body(
            "'input':[{'role':'user','content':[{'type':'input_text','text':'x'},{'type':"
                + "'input_image','image_url':'https://a/b'}]},{'type':'item_reference','id':'m'}],"
                + "'tools':["
                + TOOL
                + "],'metadata':{'a':'b'},'text':{'format':{'type':'text'}},'include':[]");
    Random random = new Random(4);
    String[] pieces = {"null", "[]", "{}", "1", "-1e99", "\"\"", "true", "\"input_file\"", "[[]]"};
    int parsed = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder s = new StringBuilder(body);
      for (int i = 0; i <= random.nextInt(3); i++) {
        int at = random.nextInt(s.length());
        int end = Math.min(s.length(), at + random.nextInt(12));
        s.replace(at, end, pieces[random.nextInt(pieces.length)]);
      }
      JsonNode json;
      try {
        json = Json.MAPPER.readTree(s.toString());
      } catch (JacksonException e) {
        continue;
      }
      try {
        new CreateResponseParser(Edition.GUIDE, name -> {}).parse(json);
      } catch (SandglassException e) {
        assertThat(e.kind()).isEqualTo(SandglassException.Kind.INVALID);
      }
      parsed++;
    }
    assertThat(parsed).isGreaterThan(100);
  }

  private static PythonChoice choice(String choice) {
    return parse(Edition.OPENAI, "'input':'x','tools':[" + TOOL + "],'tool_choice':" + choice)
        .toolChoice();
  }

  private static Arguments bad(String members, String code, @Nullable String param, String text) {
    return Arguments.of(members, code, param, text);
  }

  private static ResponseRequest parse(Edition edition, String members) {
    return new CreateResponseParser(edition, name -> {}).parse(json(body(members)));
  }

  private static String body(String members) {
    return ("{'model':'gpt-5'" + (members.isEmpty() ? "" : "," + members) + "}").replace('\'', '"');
  }

  private static JsonNode json(String text) {
    return Json.MAPPER.readTree(text.replace('\'', '"'));
  }
}
