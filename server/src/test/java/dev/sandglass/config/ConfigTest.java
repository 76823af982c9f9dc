package dev.sandglass.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {

  @TempDir Path dir;

  @Test
  void recordedDefaults() throws Exception {
    assertThat(flat(Config.defaults(), ""))
        .containsExactlyElementsOf(resource("defaults.txt").lines().toList());
  }

  @Test
  void everySettingCanBeGivenInTheFile() throws Exception {
    Config full = load(resource("full.yaml"));
    List<String> left = new ArrayList<>(flat(full, ""));
    left.retainAll(flat(Config.defaults(), ""));
    assertThat(left).as("settings that full.yaml leaves at their defaults").isEmpty();
    assertThat(full.server().port()).isEqualTo(9001);
    assertThat(full.files().maxBytes()).isEqualTo(DataSize.ofMebibytes(1));
    assertThat(full.sandbox().cellTimeout()).isEqualTo(Duration.ofSeconds(61));
    assertThat(full.models().routes()).containsExactly(Map.entry("gpt-*", "fast"));
    assertThat(full.models().upstreams())
        .hasEntrySatisfying(
            "fast", u -> assertThat(u.dialect()).isEqualTo(Config.DialectChoice.TOOLS));
  }

  @Test
  void everyFixedSettingCanBeGivenInTheEnvironment() {
    ConfigLoader.settings()
        .forEach((path, entry) -> {
          if (entry.type() instanceof Schema.Type.Scalar && !path.equals("models.default")) {
            String value = entry.defaultText().isEmpty() ? "x" : entry.defaultText();
            assertThat(
                    ConfigLoader.load(null, Map.of(Schema.environmentName(path), value), Map.of()))
                .isNotNull();
          }
        });
  }

  @Test
  void environmentGoesOverTheFileAndFlagsOverBoth() throws IOException {
    Path file = Files.writeString(dir.resolve("c.yaml"), "server:\n  port: 1\n  host: file\n");
    Map<String, String> env =
        Map.of("SANDGLASS_SERVER_PORT", "2", "SANDGLASS_SERVER_KEEP_ALIVE", "3s");
    Config config =
        ConfigLoader.load(
            file, env, Map.of("server.port", "3", "models.upstreams.a.url", "http://h/v1"));
    assertThat(config.server().host()).isEqualTo("file");
    assertThat(config.server().port()).isEqualTo(3);
    assertThat(config.server().keepAlive()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.models().upstreams())
        .hasEntrySatisfying("a", u -> assertThat(u.url()).isEqualTo("http://h/v1"));
  }

  @Test
  void theUsualVariableSetsTheHome() {
    Config config = ConfigLoader.load(null, Map.of("SANDGLASS_HOME", "/srv/sandglass"), Map.of());
    assertThat(config.storage().homeDir()).isEqualTo(Path.of("/srv/sandglass"));
  }

  @Test
  void variablesOfOtherThingsAreLeftAlone() {
    Map<String, String> env = Map.of("SANDGLASS_API_KEY", "sk-x", "SANDGLASS_SERVER_PORT", "");
    assertThat(ConfigLoader.load(null, env, Map.of())).isEqualTo(Config.defaults());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          unknown key          | server:\\n  prot: 1         | c.yaml, line 2: unknown setting `server.prot`; did you mean `port`?
          unknown section      | sever: {}                   | c.yaml, line 1: unknown setting `sever`; did you mean `server`?
          unknown, nothing near| zzzzzzzz: 1                 | c.yaml, line 1: unknown setting `zzzzzzzz`
          wrong number         | server:\\n  port: many      | c.yaml, line 2: `server.port: many`: expected a whole number
          over the greatest    | server:\\n  port: 65536     | c.yaml, line 2: `server.port: 65536`: the most is 65535
          huge number          | server:\\n  port: 99999999999 | c.yaml, line 2: `server.port: 99999999999`: expected a whole number up to 2147483647
          below the least      | sandbox:\\n  memory-limit: 1MiB | c.yaml, line 2: `sandbox.memory-limit: 1MiB`: the least is 64MiB
          duration, no unit    | turn:\\n  max-time: 10      | c.yaml, line 2: `turn.max-time: 10`: expected a duration such as 60s or 1h30m (units ms, s, m, h, d)
          size, wrong unit     | files:\\n  max-bytes: 1GB   | c.yaml, line 2: `files.max-bytes: 1GB`: expected a size such as 512MiB (units B, KiB, MiB, GiB, TiB)
          wrong choice         | edition: gide               | c.yaml, line 1: `edition: gide`: expected one of guide, openai; did you mean `guide`?
          wrong truth          | auth:\\n  required: yes     | c.yaml, line 2: `auth.required: yes`: expected true or false
          list for a value     | server:\\n  port: [1]       | c.yaml, line 2: `server.port` takes one value
          value for a section  | server: 8080                | c.yaml, line 1: `server` is a section, not a value
          key twice            | server:\\n  port: 1\\n  port: 2 | c.yaml, line 3: `port` stands twice
          not a mapping        | - a                         | c.yaml, line 1: expected keys and values, such as `server:`
          not YAML             | server: [                   | not valid YAML
          upstream without URL | models: {upstreams: {a: {}}} | c.yaml, line 1: `models.upstreams.a.url` is missing
          upstream, bad URL    | models: {upstreams: {a: {url: x}}} | models.upstreams.a.url: `x` is no URL such as http://127.0.0.1:8000/v1
          unknown upstream     | models: {routes: {g: b}}    | models.routes.g: there is no upstream `b`; known: , local
          """)
  void problemsSayWhereAndWhatIsRight(String name, String yaml, String problem) {
    assertThatThrownBy(() -> load(yaml.replace("\\n", "\n")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertThatThrownBy(() -> load("server:\n  port: x\nfiles:\n  max-bites: 1B\n"))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems()).hasSize(2));
  }

  @Test
  void aMistypedVariableOrFlagIsRefused() {
    assertThatThrownBy(
            () -> ConfigLoader.load(null, Map.of("SANDGLASS_SERVER_PROT", "1"), Map.of()))
        .hasMessageContaining("did you mean SANDGLASS_SERVER_PORT?");
    assertThatThrownBy(() -> Config.of(Map.of("server.prot", "1")))
        .hasMessageContaining("did you mean `server.port`?");
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = dir.resolve("none.yaml");
    assertThatThrownBy(() -> ConfigLoader.load(missing, Map.of(), Map.of()))
        .hasMessageContaining(missing + ": no such file");
  }

  private Config load(String yaml) throws IOException {
    Path file = Files.writeString(dir.resolve("c.yaml"), yaml);
    return ConfigLoader.load(file, Map.of(), Map.of());
  }

  private static String resource(String name) throws IOException {
    return Files.readString(Path.of("src/test/resources/config", name));
  }

  private static List<String> flat(Record record, String prefix) throws Exception {
    List<String> lines = new ArrayList<>();
    for (RecordComponent c : record.getClass().getRecordComponents()) {
      Object value = c.getAccessor().invoke(record);
      String path = prefix + c.getName();
      if (value instanceof Record nested && !(value instanceof DataSize)) {
        lines.addAll(flat(nested, path + "."));
      } else if (value instanceof Map<?, ?> map) {
        lines.add(path + " = " + map);
        for (Map.Entry<?, ?> e : map.entrySet()) {
          if (e.getValue() instanceof Record nested) {
            lines.addAll(flat(nested, path + "." + e.getKey() + "."));
          }
        }
      } else {
        lines.add(path + " = " + value);
      }
    }
    return lines;
  }

  @Test
  void aDiskTooSmallForWhatIsKeptIsRefused() {
    assertThatThrownBy(() -> Config.of(Map.of("sandbox.disk", "2GiB")))
        .hasMessageContaining("sandbox.disk: 2GiB")
        .hasMessageContaining("container.max-bytes, 2GiB");
    assertThat(Config.of(Map.of("sandbox.disk", "2100MiB")).sandbox().disk().bytes())
        .isEqualTo(2100L << 20);
  }
}
