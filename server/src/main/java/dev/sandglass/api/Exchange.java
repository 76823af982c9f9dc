package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.common.Text;
import dev.sandglass.config.Edition;
import dev.sandglass.retry.Attempts.Entry;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** One request and its answer as resources see them; hides the HTTP engine. For one thread. */
public final class Exchange {

  private static final int MAX_DEPTH = 200;

  private static final JsonMapper BODY =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  // Which of two would hold, client and server could well see differently.
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final int MAX_KEY = 255;

  /** How the parser says that a name comes twice, and which. */
  private static final Pattern TWICE = Pattern.compile("^Duplicate [^\"]*\"(.*)\"", Pattern.DOTALL);

  private static final Pattern BROKEN_PERCENT = Pattern.compile("%(?![0-9a-fA-F]{2})");

  /** Says that an answer is the one of an earlier request with the same key. */
  private static final String REPLAYED = "idempotent-replayed";

  private final Context context;
  private final HttpServer server;
  private final Caller caller;

  /** True if the request goes on although its client has gone: it will come back for the answer. */
  private boolean keyed;

  private @Nullable String answer;

  Exchange(Context context, HttpServer server, Caller caller) {
    this.context = context;
    this.server = server;
    this.caller = caller;
    checkQuery(context.queryString());
  }

  /** The engine takes a parameter that it can't decode for one that isn't there. */
  private static void checkQuery(@Nullable String query) {
    if (query != null && BROKEN_PERCENT.matcher(query).find()) {
      throw ApiException.invalid(
          "The query '%s' has a '%%' that is not followed by two hexadecimal digits: a percent sign is written %%25."
              .formatted(Text.shown(query)),
          "invalid_query",
          null);
    }
  }

  /** The project of the request's key. */
  public String project() {
    return caller.project();
  }

  /** The id of the request's key; null where none is needed. */
  public @Nullable String key() {
    return caller.key();
  }

  /** The edition of the API that the request's key speaks. */
  public Edition edition() {
    return caller.edition();
  }

  public String path(String name) {
    return context.pathParam(name);
  }

  /** A query parameter's only, or first, value. */
  public @Nullable String query(String name) {
    return context.queryParam(name);
  }

  /** The names of all query parameters. */
  public Set<String> queryNames() {
    return context.queryParamMap().keySet();
  }

  /** All values of {@code name} and {@code name[]}: SDKs send arrays with brackets. */
  public List<String> queryAll(String name) {
    return Stream.concat(
            context.queryParams(name + "[]").stream(), context.queryParams(name).stream())
        .toList();
  }

  public @Nullable String requestHeader(String name) {
    return context.header(name);
  }

  /**
   * The JSON body; an empty object if there is none, which SDKs send for some calls.
   *
   * @throws ApiException 400 if it is not JSON, 413 above {@code server.max-body}
   */
  public JsonNode body() throws IOException {
    long max = server.config().server().maxBody().bytes();
    byte[] bytes = bodyStream().readNBytes((int) Math.min(max + 1, Integer.MAX_VALUE - 8));
    if (bytes.length > max) {
      throw ApiException.tooLarge(
          "The request's body is larger than server.max-body, %s. Upload large content as a file."
              .formatted(server.config().server().maxBody()),
          null);
    }
    if (new String(bytes, StandardCharsets.UTF_8).isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return BODY.readTree(bytes);
    } catch (JacksonException e) {
      throw ApiException.invalid(
          "We could not parse the JSON body of your request: " + plainly(e), null, null);
    }
  }

  /** What is wrong with a body and where, in other words than the parser's. */
  private static String plainly(JacksonException e) {
    if (e instanceof StreamConstraintsException) {
      return "it is nested more than %d levels deep, or has a number or name that is too long."
          .formatted(MAX_DEPTH);
    }
    Matcher twice = TWICE.matcher(String.valueOf(e.getOriginalMessage()));
    TokenStreamLocation at = e.getLocation();
    String where =
        at == null || at.getLineNr() < 1
            ? ""
            : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
    return twice.find()
        ? "an object has the name \"%s\" twice%s.".formatted(Text.shown(twice.group(1)), where)
        : "it is not JSON%s.".formatted(where);
  }

  /** The body as it comes. */
  public InputStream bodyStream() throws IOException {
    Drain.invites(context);
    return context.req().getInputStream();
  }

  /** Answers 200 with JSON. */
  public void json(JsonNode answer) {
    json(Json.MAPPER.writeValueAsString(answer));
  }

  private void json(String text) {
    answer = text;
    context.contentType("application/json").result(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A request's work, done once for each {@code Idempotency-Key}. */
  @FunctionalInterface
  interface Once {
    /**
     * @param makes is told the id of what is made before it is
     */
    void run(Consumer<String> makes) throws Exception;
  }

  /** Gives the answer again from what the first request has made. */
  @FunctionalInterface
  interface Again {
    void run(String resourceId) throws Exception;
  }

  /**
   * Does the work, or, if the request carries a key that came with the same request before, gives
   * the first one's answer.
   *
   * @param what makes this request differ from others on the same path
   */
  void once(String what, Once first, Again again) throws Exception {
    String key = requestHeader("Idempotency-Key");
    if (key == null) {
      first.run(id -> {});
      return;
    }
    if (key.isBlank() || key.length() > MAX_KEY) {
      throw ApiException.invalid(
          "An Idempotency-Key has 1 to %d characters; this one has %d."
              .formatted(MAX_KEY, key.length()),
          "invalid_idempotency_key",
          null);
    }
    String fingerprint = Text.sha256(context.method() + " " + context.path() + "\n" + what);
    switch (server.attempts().enter(project(), key, fingerprint)) {
      case Entry.Answered(var json) -> {
        header(REPLAYED, "true");
        json(json);
      }
      case Entry.Made(var id) -> {
        header(REPLAYED, "true");
        again.run(id);
      }
      case Entry.First(var attempt) -> {
        keyed = true;
        try {
          first.run(attempt::makes);
        } catch (SandglassException e) {
          // What may be sent again after a while must not find its own failure.
          if (e.kind() == Kind.TOO_MANY || e.kind() == Kind.UNAVAILABLE) {
            attempt.retract();
          } else {
            attempt.failed();
          }
          throw e;
        } catch (Exception | Error e) {
          attempt.failed();
          throw e;
        }
        boolean small =
            answer != null && answer.length() <= server.config().server().maxBody().bytes();
        attempt.ended(small ? answer : null);
      }
    }
  }

  /** Answers 200 with text. */
  public void text(String contentType, String text) {
    context.contentType(contentType).result(text);
  }

  public void status(int status) {
    context.status(status);
  }

  public void header(String name, String value) {
    context.header(name, value);
  }

  /** Begins an event stream; {@code onGone} is called once if the client hangs up. */
  public SseWriter sse(Runnable onGone) throws IOException {
    HttpServletResponse response = context.res();
    response.setStatus(200);
    response.setContentType("text/event-stream; charset=utf-8");
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("X-Accel-Buffering", "no");
    response.flushBuffer();
    return new SseWriter(
        response.getOutputStream(),
        server.ticker(),
        server.config().server().keepAlive(),
        keyed ? () -> {} : onGone);
  }

  /** Calls {@code onGone} once if the client hangs up before the answer; closing ends the watch. */
  public AutoCloseable watchClient(Runnable onGone) {
    if (keyed) {
      return () -> {};
    }
    HttpServletRequest request = context.req();
    return server
        .clients()
        .watch(request.getRemoteAddr(), request.getRemotePort(), request.getLocalPort(), onGone);
  }

  Context context() {
    return context;
  }
}
