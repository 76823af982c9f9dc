package dev.sandglass.testing;

import dev.sandglass.common.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * One reply of a {@link ScriptedModel}: a status, headers, and what is sent, in order. Immutable;
 * each method gives a longer one. The usual ones are made by {@link #text}, {@link #code} and
 * {@link #block} and are complete; streams of a special kind start with {@link #stream}.
 */
public record ScriptedReply(int status, Map<String, String> headers, List<Act> acts) {

  /** One thing that the endpoint does. */
  public sealed interface Act {
    record Send(byte[] bytes) implements Act {}

    record Await(CountDownLatch latch) implements Act {}

    record Silence() implements Act {}

    record Hang() implements Act {}

    record Cut() implements Act {}
  }

  /** Characters in one streamed piece: few, so that tokens fall between all stools. */
  private static final int PIECE = 4;

  private static final Map<String, String> SSE = Map.of("Content-Type", "text/event-stream");

  /** Words, streamed in pieces, and a regular end. */
  public static ScriptedReply text(String text) {
    return stream().words(text).end("stop");
  }

  /** A native call of the tool {@code python}, its arguments streamed in pieces. */
  public static ScriptedReply code(String code) {
    return code("", code);
  }

  /** Words, then a native call of the tool {@code python}. */
  public static ScriptedReply code(String words, String code) {
    return stream().words(words).toolCall(0, "call_1", code).end("tool_calls");
  }

  /** Words, then a fenced block, as in the blocks dialect. */
  public static ScriptedReply block(String words, String code) {
    return text((words.isEmpty() ? "" : words + "\n") + "```python\n" + code + "\n```\n");
  }

  /** An error in OpenAI's envelope. */
  public static ScriptedReply error(int status, String message) {
    return json(status, Map.of("error", Map.of("message", message, "type", "scripted_error")));
  }

  /** A whole JSON body, not a stream. */
  public static ScriptedReply json(int status, Object body) {
    return new ScriptedReply(
        status,
        Map.of("Content-Type", "application/json"),
        List.of(new Act.Send(Json.MAPPER.writeValueAsBytes(body))));
  }

  /** Any body, such as a proxy's HTML page. */
  public static ScriptedReply body(int status, String contentType, String body) {
    return new ScriptedReply(
        status,
        Map.of("Content-Type", contentType),
        List.of(new Act.Send(body.getBytes(StandardCharsets.UTF_8))));
  }

  /** An event stream that has nothing in it yet. */
  public static ScriptedReply stream() {
    return new ScriptedReply(200, SSE, List.of());
  }

  public ScriptedReply words(String text) {
    ScriptedReply reply = this;
    for (String piece : pieces(text)) {
      reply = reply.delta(Map.of("content", piece));
    }
    return reply;
  }

  public ScriptedReply reasoning(String text) {
    ScriptedReply reply = this;
    for (String piece : pieces(text)) {
      reply = reply.delta(Map.of("reasoning_content", piece));
    }
    return reply;
  }

  /** A call of {@code python}; may be repeated for parallel calls. */
  public ScriptedReply toolCall(int index, String id, String code) {
    return toolCallRaw(index, id, Json.MAPPER.writeValueAsString(Map.of("code", code)));
  }

  /** A call with arguments that need not be JSON. */
  public ScriptedReply toolCallRaw(int index, String id, String arguments) {
    ScriptedReply reply =
        delta(
            Map.of(
                "tool_calls",
                List.of(
                    Map.of(
                        "index",
                        index,
                        "id",
                        id,
                        "type",
                        "function",
                        "function",
                        Map.of("name", "python", "arguments", "")))));
    for (String piece : pieces(arguments)) {
      reply =
          reply.delta(
              Map.of(
                  "tool_calls",
                  List.of(Map.of("index", index, "function", Map.of("arguments", piece)))));
    }
    return reply;
  }

  /** A chunk whose choice has this delta. */
  public ScriptedReply delta(Map<String, ?> delta) {
    return chunk(Map.of("choices", List.of(Map.of("index", 0, "delta", delta))));
  }

  /** Finish reason, usage of 100 in and 20 out, and {@code [DONE]}. */
  public ScriptedReply end(String finish) {
    return finish(finish)
        .chunk(
            Map.of(
                "choices",
                List.of(),
                "usage",
                Map.of("prompt_tokens", 100, "completion_tokens", 20, "total_tokens", 120)))
        .done();
  }

  public ScriptedReply finish(String reason) {
    return chunk(
        Map.of("choices", List.of(Map.of("index", 0, "delta", Map.of(), "finish_reason", reason))));
  }

  public ScriptedReply done() {
    return raw("data: [DONE]\n\n");
  }

  /** Any chunk; {@code object}, {@code id} and {@code model} are added. */
  public ScriptedReply chunk(Map<String, ?> members) {
    Map<String, Object> chunk = new LinkedHashMap<>();
    chunk.put("id", "chatcmpl-scripted");
    chunk.put("object", "chat.completion.chunk");
    chunk.put("model", "scripted-1");
    chunk.putAll(members);
    return raw("data: " + Json.MAPPER.writeValueAsString(chunk) + "\n\n");
  }

  /** Any text as it is. */
  public ScriptedReply raw(String text) {
    return raw(text.getBytes(StandardCharsets.UTF_8));
  }

  public ScriptedReply raw(byte[] bytes) {
    return with(new Act.Send(bytes));
  }

  /** Waits until the test opens the latch. */
  public ScriptedReply await(CountDownLatch latch) {
    return with(new Act.Await(latch));
  }

  /** Says nothing more and keeps the connection open. */
  public ScriptedReply silence() {
    return with(new Act.Silence());
  }

  /** Sends comments only, until the client hangs up. */
  public ScriptedReply hang() {
    return with(new Act.Hang());
  }

  /** Drops the connection in the middle of the stream. */
  public ScriptedReply cut() {
    return with(new Act.Cut());
  }

  public ScriptedReply header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new ScriptedReply(status, Map.copyOf(more), acts);
  }

  private ScriptedReply with(Act act) {
    List<Act> more = new ArrayList<>(acts);
    more.add(act);
    return new ScriptedReply(status, headers, List.copyOf(more));
  }

  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int to = Math.min(text.length(), from + PIECE);
      if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
        to++; // JSON of half a character would be replaced by '?'
      }
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }
}
