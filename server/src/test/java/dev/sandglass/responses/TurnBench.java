package dev.sandglass.responses;

import dev.sandglass.common.Json;
import dev.sandglass.config.Edition;
import dev.sandglass.model.Dialect;
import dev.sandglass.model.StepRequest.PythonChoice;
import dev.sandglass.store.Database;
import dev.sandglass.testing.Validated;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A scripted model, scripted containers and a real database, and turns run on them. */
final class TurnBench implements AutoCloseable {

  static final String PROJECT = "proj_test";

  final ScriptedContainers containers = new ScriptedContainers();
  final ScriptedSession model;
  final Responses responses;
  final Database database;
  final List<ObjectNode> events = new ArrayList<>();

  TurnBench(Path directory, Dialect dialect, ScriptedSession.Step... steps) {
    this(
        directory,
        new TurnLimits(6, 5, Duration.ofSeconds(30), 10_000, 6000, 50, 500),
        dialect,
        steps);
  }

  TurnBench(Path directory, TurnLimits limits, Dialect dialect, ScriptedSession.Step... steps) {
    model = new ScriptedSession(dialect, steps);
    database = Database.open(directory.resolve("sandglass.db"), 2, false);
    database.write(h ->
        h.execute(
            "INSERT OR IGNORE INTO project (id, name, created_at) VALUES (?, ?, 0)",
            PROJECT,
            PROJECT));
    responses =
        new Responses(
            new ResponseStore(database),
            model,
            containers,
            limits,
            new FigureCheck(),
            text -> text,
            Clock.systemUTC());
  }

  /** Runs a streamed turn, checks the order of its events, and gives the final response. */
  JsonNode stream(ResponseRequest request) {
    events.clear();
    responses.prepare(PROJECT, null, request).run(events::add);
    return EventOrder.check(events);
  }

  /** A stored response as the API gives it. */
  ObjectNode stored(String id, Include... include) {
    ObjectNode response = responses.get(PROJECT, id, Set.of(include), Edition.GUIDE);
    Validated.object(response.toString());
    return response;
  }

  static Ask ask(String question) {
    return new Ask(question);
  }

  /** A request to which the items are still to come. */
  static Ask empty() {
    return new Ask(null);
  }

  @Override
  public void close() {
    responses.close();
    database.close();
  }

  /** A request in the making. */
  static final class Ask {
    private final ObjectNode echo = Json.MAPPER.createObjectNode();
    private final List<InputItem> input = new ArrayList<>();
    private @Nullable CodeInterpreter tool = new CodeInterpreter.Auto(List.of());
    private PythonChoice choice = PythonChoice.AUTO;
    private @Nullable Integer maxCalls;
    private @Nullable Long maxTokens;
    private Set<Include> include = Set.of(Include.OUTPUTS);
    private @Nullable String previous;
    private boolean store = true;
    private boolean stream = true;
    private Edition edition = Edition.GUIDE;

    private Ask(@Nullable String question) {
      if (question != null) {
        say(question);
      }
      begin();
    }

    private void say(String question) {
      item(
          """
          {"type":"message","id":"msg_in","status":"completed","role":"user",
           "content":[{"type":"input_text","text":%s}]}
          """
              .formatted(Json.MAPPER.writeValueAsString(question)));
    }

    private void begin() {
      echo.put("model", "gpt-5");
      echo.put("parallel_tool_calls", true);
      echo.put("temperature", 1.0);
      echo.put("top_p", 1.0);
      echo.put("top_logprobs", 0);
      echo.put("tool_choice", "auto");
      echo.put("truncation", "disabled");
      echo.putObject("metadata");
      echo.putObject("text").putObject("format").put("type", "text");
      echo.putArray("tools")
          .addObject()
          .put("type", "code_interpreter")
          .putObject("container")
          .put("type", "auto");
    }

    Ask item(String json) {
      input.add(ItemReader.read((ObjectNode) Json.MAPPER.readTree(json), "input[0]"));
      return this;
    }

    Ask tool(@Nullable CodeInterpreter now) {
      tool = now;
      return this;
    }

    Ask choice(PythonChoice now) {
      choice = now;
      return this;
    }

    Ask maxCalls(int now) {
      maxCalls = now;
      return this;
    }

    Ask maxTokens(long now) {
      maxTokens = now;
      return this;
    }

    Ask include(Include... now) {
      include = Set.of(now);
      return this;
    }

    Ask after(String responseId) {
      previous = responseId;
      return this;
    }

    Ask notStored() {
      store = false;
      return this;
    }

    Ask notStreamed() {
      stream = false;
      return this;
    }

    Ask edition(Edition now) {
      edition = now;
      return this;
    }

    ResponseRequest build() {
      echo.put("previous_response_id", previous);
      echo.put("store", store);
      return new ResponseRequest(
          "gpt-5",
          null,
          input,
          tool,
          choice,
          maxCalls,
          maxTokens,
          null,
          null,
          include,
          previous,
          store,
          stream,
          true,
          echo,
          Json.MAPPER.createObjectNode(),
          edition);
    }
  }
}
