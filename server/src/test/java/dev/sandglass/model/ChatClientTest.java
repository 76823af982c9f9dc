package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sandglass.common.Json;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedReply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

/** What an endpoint can do wrong, each with words that name it and say what to do. */
@Timeout(60)
class ChatClientTest {

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);

  private final ScriptedModel endpoint = ScriptedModel.start();
  private final List<Duration> waits = new ArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final StringBuilder text = new StringBuilder();
  private final List<HttpClient> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    endpoint.close();
    clients.forEach(HttpClient::shutdownNow);
  }

  /** A fault that no second attempt cures, and words that its message must have. */
  private record Fault(String name, ScriptedReply reply, int requests, List<String> says) {
    static Fault once(String name, ScriptedReply reply, String... says) {
      return new Fault(name, reply, 1, List.of(says));
    }

    static Fault tried(String name, ScriptedReply reply, String... says) {
      return new Fault(name, reply, 3, List.of(says));
    }
  }

  private static final List<Fault> FAULTS =
      List.of(
          Fault.once(
              "a web page",
              ScriptedReply.body(200, "text/html", "<html><title>Sign in</title>"),
              "web page",
              "Sign in",
              "base URL should end",
              "/v1"),
          Fault.once(
              "a web page that says it is a stream",
              ScriptedReply.body(200, "text/event-stream", "<!doctype html>"),
              "web page"),
          Fault.once(
              "no key",
              ScriptedReply.error(401, "bad key"),
              "refused the key",
              "'test'",
              "models.upstreams.test.key-env"),
          Fault.once(
              "no rights",
              ScriptedReply.error(403, "key sk-abc12…xyz, abc****xyz may not use m"),
              "(403)",
              "key *** *** may not use m"),
          Fault.tried("a stream that is over at once", ScriptedReply.stream().done(), "no answer"),
          Fault.tried(
              "a stream with nothing but the role",
              ScriptedReply.stream()
                  .raw("data: {\"choices\": [{\"delta\": {\"role\": \"assistant\"}}]}\n\n")
                  .done(),
              "without content or a finish reason"),
          Fault.tried(
              "a stream with nothing but usage",
              ScriptedReply.stream()
                  .raw("data: {\"choices\": [], \"usage\": {\"prompt_tokens\": 1}}\n\n")
                  .done(),
              "without content or a finish reason"),
          Fault.once(
              "no model", ScriptedReply.error(404, "no model m"), "does not know the model", "404"),
          Fault.once("a refusal", ScriptedReply.error(400, "no such thing"), "400", "no such"),
          Fault.once(
              "too long",
              ScriptedReply.error(400, "maximum context length exceeded"),
              "context length"),
          Fault.tried(
              "an error", ScriptedReply.error(500, "out of memory"), "500", "out of memory"),
          Fault.tried("a bad gateway", ScriptedReply.body(502, "text/html", "<h1>x</h1>"), "502"),
          Fault.tried("too many", ScriptedReply.error(429, "slow down"), "429", "slow down"),
          Fault.tried("no body", ScriptedReply.stream(), "was cut"),
          Fault.tried("half a chunk", ScriptedReply.stream().raw("data: {\"cho"), "was cut"),
          Fault.tried("prose", ScriptedReply.stream().raw("data: hello\n\n"), "not JSON", "hello"),
          Fault.tried(
              "binary", ScriptedReply.body(200, "application/octet-stream", "\0\1\2"), "was cut"),
          Fault.tried(
              "other JSON",
              ScriptedReply.stream().raw("data: {\"a\": 1}\n\n"),
              "no Chat Completions chunk"),
          Fault.tried("an empty answer", ScriptedReply.json(200, Map.of()), "without content"),
          Fault.tried(
              "an error in the stream",
              ScriptedReply.stream().raw("data: {\"error\": {\"message\": \"boom\"}}\n\n"),
              "reported an error",
              "boom"),
          Fault.tried(
              "a cut stream",
              ScriptedReply.stream().raw(": x\n\n").cut(),
              "broke before an answer"),
          Fault.once(
              "a stream cut in the middle",
              ScriptedReply.stream().words("Once upon").cut(),
              "broke in the middle"),
          Fault.once(
              "a stream that just ends", ScriptedReply.stream().words("Once"), "finish reason"),
          Fault.once(
              "a huge line",
              ScriptedReply.stream().raw("data: \"" + "x".repeat(1 << 17)),
              "more than 65536 bytes",
              "in one line",
              "raise models.upstreams.test.max-line"),
          Fault.once(
              "an endless answer",
              ScriptedReply.stream().raw(": more\n".repeat(200_000)),
              "more than 1048576 bytes",
              "models.upstreams.test.max-response"));

  @TestFactory
  Stream<DynamicTest> aFaultIsToldWithTheEndpointsNameAndTheWayOut() {
    return FAULTS.stream().map(f -> dynamicTest(f.name(), () -> assertTold(f)));
  }

  private void assertTold(Fault fault) {
    try (ScriptedModel model = ScriptedModel.start()) {
      model.when(r -> true, fault.reply());
      UpstreamException e = failure(model.uri(), TestUpstreams.LIMITS);
      assertThat(e)
          .hasMessageContaining("127.0.0.1:" + model.uri().getPort())
          .hasMessageNotContaining("sk-secret-of-the-test");
      fault.says().forEach(words -> assertThat(e).hasMessageContaining(words));
      assertThat(model.requests()).hasSize(fault.requests());
    }
  }

  @Test
  void anEndpointThatIsDownIsNamed() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    UpstreamException e =
        failure(URI.create("http://127.0.0.1:" + free + "/v1"), TestUpstreams.LIMITS);
    assertThat(e)
        .hasMessageContaining("Cannot reach the model endpoint http://127.0.0.1:" + free + "/v1")
        .hasMessageContaining("connection refused")
        .hasMessageContaining("Is it running")
        .hasMessageContaining("'test'");
    assertThat(waits).as("tried again").hasSize(2);
  }

  @Test
  void anEndpointThatHangsUpWithoutAWordIsToldWithoutTheLibrarysWords() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            while (!socket.isClosed()) {
              try (Socket accepted = socket.accept()) {
                accepted.getInputStream().read();
                accepted.shutdownOutput();
              } catch (IOException e) {
                // The test is over.
              }
            }
          });
      UpstreamException e =
          failure(
              URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1"),
              TestUpstreams.LIMITS);
      assertThat(e).hasMessageContaining("broke before an answer came: the endpoint closed it.");
    }
  }

  @Test
  void aHostThatNobodyKnowsIsNotTriedAgain() {
    UpstreamException e =
        failure(URI.create("http://no-such-host.invalid/v1"), TestUpstreams.LIMITS);
    assertThat(e).hasMessageContaining("no-such-host.invalid").hasMessageContaining("not known");
    assertThat(waits).isEmpty();
  }

  @Test
  void aKeyThatTheEndpointRepeatsIsNotTold() {
    endpoint.reply(ScriptedReply.error(401, "wrong: sk-secret-of-the-test"));
    assertThat(failure(endpoint.uri(), TestUpstreams.LIMITS))
        .hasMessageContaining("refused the key")
        .hasMessageNotContaining("wrong")
        .hasMessageNotContaining("sk-secret");
  }

  @Test
  void silenceBeforeTheFirstTokenHasItsLimit() {
    endpoint.when(r -> true, ScriptedReply.stream().silence());
    assertThat(failure(endpoint.uri(), limits(l -> l.first(200))))
        .hasMessageContaining("too slow: no first token within 200 ms")
        .hasMessageContaining("models.upstreams.test.first-timeout");
  }

  @Test
  void commentsAloneAreNoFirstToken() {
    endpoint.when(r -> true, ScriptedReply.stream().hang());
    assertThat(failure(endpoint.uri(), limits(l -> l.first(200))))
        .hasMessageContaining("no first token");
  }

  @Test
  void silenceInTheMiddleHasItsLimitAndIsFinal() {
    endpoint.when(r -> true, ScriptedReply.stream().words("Well").silence());
    assertThat(failure(endpoint.uri(), limits(l -> l.idle(200))))
        .hasMessageContaining("nothing more within 200 ms")
        .hasMessageContaining("idle-timeout");
    assertThat(endpoint.requests()).hasSize(1);
    assertThat(text).hasToString("Well");
  }

  @Test
  void theWholeStepHasItsLimit() {
    endpoint.when(r -> true, ScriptedReply.stream().words("Well").silence());
    assertThat(failure(endpoint.uri(), limits(l -> l.total(300))))
        .hasMessageContaining("no end of its answer within 300 ms")
        .hasMessageContaining("total-timeout");
  }

  @Test
  void itWaitsAsLongAsTheEndpointAsks() throws Exception {
    endpoint.reply(
        ScriptedReply.error(429, "x").header("Retry-After", "7"),
        ScriptedReply.error(503, "x").header("Retry-After", "Mon, 23 Nov 2026 12:00:05 GMT"),
        ScriptedReply.text("at last"));
    chat(endpoint.uri(), TestUpstreams.LIMITS);
    assertThat(text).hasToString("at last");
    assertThat(waits).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(5));
  }

  @Test
  void itWaitsNotForAnHour() {
    endpoint.reply(ScriptedReply.error(429, "x").header("Retry-After", "3600"));
    assertThat(failure(endpoint.uri(), TestUpstreams.LIMITS)).hasMessageContaining("429");
    assertThat(waits).isEmpty();
  }

  @Test
  void aWholeAnswerThoughAStreamWasAskedForIsTaken() throws Exception {
    endpoint.reply(
        ScriptedReply.json(
            200,
            Map.of(
                "object",
                "chat.completion",
                "model",
                "m-1",
                "choices",
                List.of(
                    Map.of(
                        "index",
                        0,
                        "finish_reason",
                        "stop",
                        "message",
                        Map.of("role", "assistant", "content", "42"))))));
    ChatReply reply = chat(endpoint.uri(), TestUpstreams.LIMITS);
    assertThat(text).hasToString("42");
    assertThat(reply.model()).isEqualTo("m-1");
  }

  @Test
  void aStreamUnderAnotherTypeIsTakenForWhatItIs() throws Exception {
    endpoint.reply(ScriptedReply.text("hello").header("Content-Type", "text/plain"));
    chat(endpoint.uri(), TestUpstreams.LIMITS);
    assertThat(text).hasToString("hello");
  }

  @Test
  void anInterruptBeforeTheAnswerDropsTheConnection() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    endpoint.when(
        r -> {
          asked.countDown();
          return true;
        },
        ScriptedReply.stream().hang());
    assertInterruptDrops(asked);
  }

  @Test
  void anInterruptInTheMiddleDropsTheConnection() throws Exception {
    endpoint.when(r -> true, ScriptedReply.stream().words("Well").hang());
    assertInterruptDrops(begun);
    assertThat(text).hasToString("Well");
  }

  private void assertInterruptDrops(CountDownLatch when) throws Exception {
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread asking =
        Thread.ofVirtual()
            .start(() -> {
              try {
                chat(endpoint.uri(), TestUpstreams.LIMITS);
              } catch (InterruptedException e) {
                interrupted.set(true);
              }
            });
    assertThat(when.await(20, TimeUnit.SECONDS)).isTrue();
    asking.interrupt();
    assertThat(asking.join(Duration.ofSeconds(20))).isTrue();
    assertThat(interrupted).isTrue();
    assertThat(endpoint.awaitHangUp(20)).as("hung up").isTrue();
  }

  private UpstreamException failure(URI base, UpstreamLimits limits) {
    return catchThrowableOfType(UpstreamException.class, () -> chat(base, limits));
  }

  private ChatReply chat(URI base, UpstreamLimits limits) throws InterruptedException {
    Upstream upstream = TestUpstreams.of(base, Dialect.TOOLS, limits);
    HttpClient http = ChatClient.http(upstream);
    clients.add(http);
    ObjectNode request = Json.MAPPER.createObjectNode().put("model", "m");
    request.putArray("messages").addObject().put("role", "user").put("content", "q");
    return new ChatClient(upstream, http, waits::add, NOON)
        .chat(
            request,
            new ChatListener() {
              @Override
              public void onText(String delta) {
                text.append(delta);
                begun.countDown();
              }

              @Override
              public void onToolCall(ToolCallDelta delta) {}
            });
  }

  /** The usual limits with one of them short; one attempt. */
  private static UpstreamLimits limits(Function<Short, Short> change) {
    UpstreamLimits l = TestUpstreams.LIMITS;
    Short s = change.apply(new Short(l.firstToken(), l.idle(), l.total()));
    return new UpstreamLimits(
        l.connect(), s.first(), s.idle(), s.total(), 1, l.maxLineBytes(), l.maxResponseBytes());
  }

  private record Short(Duration first, Duration idle, Duration total) {
    Short first(long millis) {
      return new Short(Duration.ofMillis(millis), idle, total);
    }

    Short idle(long millis) {
      return new Short(first, Duration.ofMillis(millis), total);
    }

    Short total(long millis) {
      return new Short(first, idle, Duration.ofMillis(millis));
    }
  }
}
