package dev.sandglass.cli.eval;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One condition that an answer has to meet; eval/README.md explains the kinds and their options.
 * {@code name} is the key of its value in expected.json.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Check.Amount.class, name = "number"),
  @JsonSubTypes.Type(value = Check.Text.class, name = "text"),
  @JsonSubTypes.Type(value = Check.Month.class, name = "month"),
  @JsonSubTypes.Type(value = Check.Day.class, name = "day"),
  @JsonSubTypes.Type(value = Check.Image.class, name = "image"),
  @JsonSubTypes.Type(value = Check.File.class, name = "file")
})
sealed interface Check {

  /** A number, or each of several, in the answer or in a produced file. */
  record Amount(
      String name,
      @Nullable Integer digits,
      @Nullable Double within,
      boolean percent,
      @Nullable String sign,
      @Nullable List<String> near,
      @JsonProperty("in") @Nullable String inFile)
      implements Check {

    private static final int DEFAULT_DIGITS = 3;
    private static final double DEFAULT_WITHIN = 0.0005;

    int leastDigits() {
      return digits == null ? DEFAULT_DIGITS : digits;
    }

    double relativeTolerance() {
      return within == null ? DEFAULT_WITHIN : within;
    }

    boolean anySign() {
      return "any".equals(sign);
    }

    List<String> nearWords() {
      return near == null ? List.of() : near;
    }
  }

  /** A check for a name out of several candidates. */
  sealed interface Naming extends Check {
    String name();

    @Nullable List<String> claim();

    default List<String> claimWords() {
      List<String> words = claim();
      return words == null ? List.of() : words;
    }
  }

  /** A name as it is written in the data, upper and lower case alike. */
  record Text(String name, @Nullable List<String> claim) implements Naming {}

  /** A month, {@code 2024-11} in expected.json, in any common way to write it. */
  record Month(String name, @Nullable List<String> claim) implements Naming {}

  /** A day, {@code 2024-11-05} in expected.json, in any common way to write it. */
  record Day(String name, @Nullable List<String> claim) implements Naming {}

  /** An image was produced, of the expected size if there is one. */
  record Image(@Nullable String name) implements Check {}

  /** A file was produced whose name fits a glob such as {@code *.csv}. */
  record File(String glob) implements Check {}
}
