package dev.sandglass.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FieldsTest {

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("wrong")
  void saysWhatIsWrongInTheHostedApisWords(
      String json, String code, String param, String message, Consumer<Fields> reading) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> reading.accept(fields(json)))
        .satisfies(e -> {
          assertThat(e).hasMessage(message);
          assertThat(e.code()).isEqualTo(code);
          assertThat(e.param()).isEqualTo(param);
          assertThat(e.kind()).isEqualTo(SandglassException.Kind.INVALID);
        });
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong(
            "{'stroe':true}",
            "unknown_parameter",
            "stroe",
            "Unknown parameter: 'stroe'. Did you mean 'store'?",
            f -> f.onlyKnown("model", "store")),
        wrong(
            "{'xyzzy':1}",
            "unknown_parameter",
            "xyzzy",
            "Unknown parameter: 'xyzzy'.",
            f -> f.onlyKnown("model", "store")),
        wrong(
            "{'a':{'bogus':1}}",
            "unknown_parameter",
            "a.bogus",
            "Unknown parameter: 'a.bogus'.",
            f -> Fields.of(f.requiredAny("a"), "a").onlyKnown("name")),
        wrong(
            "{'tools':[{}]}",
            "missing_required_parameter",
            "tools[0].container",
            "Missing required parameter: 'tools[0].container'.",
            f -> f.objects("tools", 9).getFirst().requiredAny("container")),
        wrong(
            "{'a':null}",
            "missing_required_parameter",
            "a",
            "Missing required parameter: 'a'.",
            f -> f.requiredString("a")),
        wrong(
            "{'a':1}",
            "invalid_type",
            "a",
            "Invalid type for 'a': expected a string, but got an integer instead.",
            f -> f.string("a")),
        wrong(
            "{'a':'1'}",
            "invalid_type",
            "a",
            "Invalid type for 'a': expected an integer, but got a string instead.",
            f -> f.integer("a", 0, 9)),
        wrong(
            "{'a':1.0}",
            "invalid_type",
            "a",
            "Invalid type for 'a': expected an integer, but got a decimal number instead.",
            f -> f.integer("a", 0, 9)),
        wrong(
            "{'a':99999999999999999999}",
            "integer_above_max_value",
            "a",
            "Invalid 'a': integer above maximum value. Expected a value <= 9, but got 99999999999999999999 instead.",
            f -> f.integer("a", 0, 9)),
        wrong(
            "{'temperature':-1}",
            "decimal_below_min_value",
            "temperature",
            "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -1 instead.",
            f -> f.decimal("temperature", 0, 2)),
        wrong(
            "{'temperature':1e400}",
            "decimal_above_max_value",
            "temperature",
            "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got a number too far above it instead.",
            f -> f.decimal("temperature", 0, 2)),
        wrong(
            "{'top_p':-1e99999999999}",
            "decimal_below_min_value",
            "top_p",
            "Invalid 'top_p': decimal below minimum value. Expected a value >= 0, but got a number too far below it instead.",
            f -> f.decimal("top_p", 0, 1)),
        wrong(
            "{'temperature':2.5}",
            "decimal_above_max_value",
            "temperature",
            "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 instead.",
            f -> f.decimal("temperature", 0, 2)),
        wrong(
            "{'a':'z'}",
            "invalid_value",
            "a",
            "Invalid value: 'z'. Supported values are: 'x', 'y', and 'w'.",
            f -> f.oneOf("a", "x", "y", "w")),
        wrong(
            "{'a':''}",
            "empty_string",
            "a",
            "Invalid 'a': empty string. Expected a string with minimum length 1, but got an empty string instead.",
            f -> f.requiredString("a")),
        wrong(
            "{'a':'xyz'}",
            "string_above_max_length",
            "a",
            "Invalid 'a': string too long. Expected a string with maximum length 2, but got a string with length 3 instead.",
            f -> f.string("a", 2)),
        wrong(
            "{'a':['x',1]}",
            "invalid_type",
            "a[1]",
            "Invalid type for 'a[1]': expected a string, but got an integer instead.",
            f -> f.strings("a", 9)),
        wrong(
            "{'a':[1,2,3]}",
            "array_above_max_length",
            "a",
            "Invalid 'a': array too long. Expected an array with maximum length 2, but got an array with length 3 instead.",
            f -> f.array("a", 2)),
        wrong(
            "{'metadata':{'k':1}}",
            "invalid_type",
            "metadata.k",
            "Invalid type for 'metadata.k': expected a string, but got an integer instead.",
            f -> f.metadata("metadata")));
  }

  @Test
  void nullCountsAsNotGiven() {
    Fields fields = fields("{'a':null}");
    assertThat(fields.has("a")).isFalse();
    assertThat(fields.string("a")).isNull();
    assertThat(fields.integer("a", 0, 1)).isNull();
    assertThat(fields.array("a", 1)).isEmpty();
    assertThat(fields.bool("a", true)).isTrue();
  }

  @Test
  void readsWhatIsRight() {
    Fields fields = fields("{'s':'x','i':7,'d':0.5,'b':true,'o':{'k':'v'},'l':['p','q']}");
    assertThat(fields.requiredString("s")).isEqualTo("x");
    assertThat(fields.integer("i", 7, 7)).isEqualTo(7);
    assertThat(fields.decimal("d", 0, 1)).isEqualTo(0.5);
    assertThat(fields.decimal("i", 0, 7)).isEqualTo(7.0);
    assertThat(fields.bool("b", false)).isTrue();
    assertThat(fields.metadata("o")).isEqualTo(Map.of("k", "v"));
    assertThat(fields.strings("l", 2)).containsExactly("p", "q");
  }

  @Test
  void aClientsTextIsRepeatedBoundedAndWithoutControlCharacters() {
    assertThat(Text.shown("a\u0000\u001b[31m")).isEqualTo("a\uFFFD\uFFFD[31m");
    assertThat(Text.shown("x".repeat(5000))).hasSize(101);
  }

  private static Arguments wrong(
      String json, String code, String param, String message, Consumer<Fields> reading) {
    return Arguments.of(json, code, param, message, reading);
  }

  private static Fields fields(String json) {
    return Fields.of(Json.MAPPER.readTree(json.replace('\'', '"')));
  }
}
