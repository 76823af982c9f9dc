package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.responses.EventSink;
import dev.sandglass.responses.Include;
import dev.sandglass.responses.ResponseRequest;
import dev.sandglass.responses.Responses;
import dev.sandglass.responses.Turn;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /v1/responses} (openai-api.md 4.1). Whether to stream is decided by the body alone, and
 * everything is checked before the stream begins. Thread-safe.
 */
public final class ResponsesResource implements Resource {

  /** Says which model really answers, in the upstream's words. */
  static final String MODEL_HEADER = "x-sandglass-model";

  private final Responses responses;

  public ResponsesResource(Responses responses) {
    this.responses = responses;
  }

  @Override
  public void routes(Router router) {
    router.post("/v1/responses", this::create);
    router.get("/v1/responses/{id}", this::retrieve);
    router.delete("/v1/responses/{id}", this::delete);
    router.post("/v1/responses/{id}/cancel", this::cancel);
    router.get("/v1/responses/{id}/input_items", this::inputItems);
  }

  private void create(Exchange x) throws Exception {
    long began = System.nanoTime();
    JsonNode body = x.body();
    x.once(
        body.toString(),
        makes -> create(x, body, began, makes),
        made -> createAgain(x, body, made));
  }

  private ResponseRequest request(Exchange x, JsonNode body) {
    return new CreateResponseParser(x.edition(), responses::checkModel).parse(body);
  }

  private void create(Exchange x, JsonNode body, long began, Consumer<String> makes)
      throws Exception {
    ResponseRequest request = request(x, body);
    try (Turn turn = responses.prepare(x.project(), x.key(), request);
        AutoCloseable _ = x.watchClient(turn::clientGone)) {
      makes.accept(turn.id());
      x.header(MODEL_HEADER, turn.modelName());
      if (request.stream()) {
        long ms = (System.nanoTime() - began) / 1_000_000;
        x.header("openai-processing-ms", Long.toString(ms));
        try (SseWriter stream = x.sse(turn::clientGone)) {
          turn.run(event -> stream.event(event.path("type").asString(""), event));
        }
      } else {
        x.json(whole(turn, x));
      }
    }
  }

  /** What came of the first request with the same key, from the store. */
  private void createAgain(Exchange x, JsonNode body, String id) throws Exception {
    ResponseRequest request = request(x, body);
    ObjectNode response = stored(x, id, request);
    if (request.stream()) {
      try (SseWriter stream = x.sse(() -> {})) {
        Responses.replay(response, event -> stream.event(event.path("type").asString(""), event));
      }
    } else {
      response.putObject("billing").put("payer", "developer");
      x.json(response);
    }
  }

  private ObjectNode stored(Exchange x, String id, ResponseRequest request) {
    ObjectNode response;
    try {
      response = responses.get(x.project(), id, request.include(), x.edition());
    } catch (SandglassException e) {
      throw new SandglassException(
          Kind.CONFLICT,
          "The first request with this Idempotency-Key was begun, and its response "
              + id
              + " isn't stored (store: false, interrupted, or deleted). Send it with a new key to"
              + " have it done again.",
          "idempotency_response_lost",
          null,
          e);
    }
    if (response.path("status").asString("").equals("in_progress")) {
      throw ApiException.running(
          "The first request with this Idempotency-Key is still being worked on.",
          "idempotency_key_in_use",
          Duration.ofSeconds(2));
    }
    return response;
  }

  private static ObjectNode whole(Turn turn, Exchange x) {
    try {
      ObjectNode response = turn.run(EventSink.NONE);
      response.putObject("billing").put("payer", "developer");
      return response;
    } catch (SandglassException e) {
      // SDKs send again on 5xx by themselves: a whole turn, which would most likely fail again.
      boolean soon = e.kind() == Kind.TOO_MANY || e.kind() == Kind.UNAVAILABLE;
      x.header("x-should-retry", Boolean.toString(soon));
      throw e;
    }
  }

  private void retrieve(Exchange x) {
    if ("true".equals(x.query("stream"))) {
      throw ApiException.unsupported(
          "stream",
          "Only background responses can be streamed again, and there are none here yet.");
    }
    x.json(responses.get(x.project(), x.path("id"), include(x), x.edition()));
  }

  private void delete(Exchange x) {
    String id = x.path("id");
    responses.delete(x.project(), id);
    ObjectNode answer = Json.MAPPER.createObjectNode();
    x.json(answer.put("id", id).put("object", "response").put("deleted", true));
  }

  private void cancel(Exchange x) {
    responses.get(x.project(), x.path("id"), Set.of(), x.edition());
    throw ApiException.invalid("Cannot cancel a synchronous response.", null, null);
  }

  private void inputItems(Exchange x) {
    x.json(
        Paging.envelope(
            responses.inputItems(x.project(), x.path("id"), Paging.request(x, 20, 100), include(x)),
            item -> item));
  }

  private static Set<Include> include(Exchange x) {
    Set<Include> include = EnumSet.noneOf(Include.class);
    for (String name : x.queryAll("include")) {
      include.add(
          Include.of(name)
              .orElseThrow(() -> ApiException.value("include", name, Include.wireNames())));
    }
    return include;
  }
}
