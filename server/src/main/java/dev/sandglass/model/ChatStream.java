package dev.sandglass.model;

import dev.sandglass.common.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads the body of one attempt, whatever the endpoint chose to send with its 200: an event stream,
 * a whole JSON answer although a stream was asked for, an error object, a web page. One use.
 */
final class ChatStream {

  /** An error body longer than this is cut; nobody reads it anyway. */
  private static final int MAX_TEXT = 1 << 16;

  /** How long the end of the body is waited for after {@code [DONE]}, to reuse the connection. */
  private static final long DRAIN_NANOS = 50_000_000;

  private final ByteFeed feed;
  private final ChunkReader reader;
  private final ChatListener listener;
  private final Failures failures;
  private final Patience patience;
  private final UpstreamLimits limits;
  private long received;

  ChatStream(
      ByteFeed feed,
      ChunkReader reader,
      ChatListener listener,
      Failures failures,
      Patience patience,
      UpstreamLimits limits) {
    this.feed = feed;
    this.reader = reader;
    this.listener = listener;
    this.failures = failures;
    this.patience = patience;
    this.limits = limits;
  }

  /** Reads a body that is an error message. */
  String readText() throws IOException, InterruptedException, Failure {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    byte[] bytes = nextBytes();
    while (bytes != null && text.size() < MAX_TEXT) {
      text.write(bytes, 0, Math.min(bytes.length, MAX_TEXT - text.size()));
      bytes = nextBytes();
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  /** Reads a body that came with status 200. */
  void read(String contentType) throws IOException, InterruptedException, Failure {
    String type = contentType.toLowerCase(Locale.ROOT);
    if (type.contains("text/html")) {
      throw failures.webPage(readText());
    }
    byte[] first = nextBytes();
    while (first != null && isBlank(first)) {
      first = nextBytes();
    }
    if (first == null) {
      throw failures.cut();
    }
    char c = firstCharacter(first);
    if (type.contains("event-stream") ? c == '{' : c == '{' || c == '[') {
      readWhole(first);
    } else if (c == '<') {
      throw failures.webPage(new String(first, StandardCharsets.UTF_8));
    } else {
      readEvents(first);
    }
  }

  private void readEvents(byte[] first) throws IOException, InterruptedException, Failure {
    SseParser parser = new SseParser(limits.maxLineBytes());
    List<SseEvent> events = new ArrayList<>();
    byte @Nullable [] bytes = first;
    boolean done = false;
    while (!done) {
      try {
        if (bytes == null) {
          parser.end(events::add);
        } else {
          parser.feed(bytes, events::add);
        }
      } catch (SseParser.TooLong e) {
        throw failures.tooMuch("in one line", "max-line", limits.maxLineBytes());
      }
      for (SseEvent event : events) {
        done = event(event, bytes == null);
        if (done || listener.enough()) {
          done = true;
          break;
        }
      }
      events.clear();
      if (bytes == null) {
        break;
      }
      if (!done) {
        bytes = nextBytes();
      }
    }
    if (!reader.finished() && !(done && reader.started()) && !listener.enough()) {
      throw done ? failures.empty() : failures.cut();
    }
    if (done && !listener.enough()) {
      feed.next(DRAIN_NANOS);
    }
  }

  /** Whether the event is the last. */
  private boolean event(SseEvent event, boolean atEnd) throws Failure {
    String data = event.data().strip();
    if (data.equals("[DONE]")) {
      return true;
    }
    if (data.isEmpty()) {
      return false;
    }
    JsonNode chunk;
    try {
      chunk = Json.MAPPER.readTree(data);
    } catch (JacksonException e) {
      if (atEnd) {
        throw failures.cut(); // half an event, then the end
      }
      throw failures.nonsense("sent something that is not JSON", data);
    }
    accept(chunk, event.type());
    if (reader.started()) { // a chunk with the role alone is no token yet
      patience.progress();
    }
    return false;
  }

  private void readWhole(byte[] first) throws IOException, InterruptedException, Failure {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    byte[] bytes = first;
    while (bytes != null) {
      whole.writeBytes(bytes);
      bytes = nextBytes();
    }
    JsonNode body;
    try {
      body = Json.MAPPER.readTree(whole.toByteArray());
    } catch (JacksonException e) {
      throw failures.nonsense(
          "sent something that is not JSON", whole.toString(StandardCharsets.UTF_8));
    }
    accept(body, "message");
    if (!reader.finished() && !reader.started()) {
      throw failures.nonsense("sent an answer without content", body.toString());
    }
  }

  private void accept(JsonNode chunk, String type) throws Failure {
    JsonNode error = chunk.path("error");
    if (!error.isMissingNode() && !error.isNull()) {
      throw failures.inBody(error);
    }
    boolean ping = !type.equals("message") || chunk.isEmpty();
    if (!reader.accept(chunk) && !ping) {
      throw failures.nonsense("sent JSON that is no Chat Completions chunk", chunk.toString());
    }
  }

  private byte @Nullable [] nextBytes() throws IOException, InterruptedException, Failure {
    if (patience.over()) {
      throw patience.failure();
    }
    byte[] bytes = feed.next(patience.nanosLeft());
    while (bytes != null && bytes.length == 0) {
      if (patience.over()) {
        throw patience.failure();
      }
      bytes = feed.next(patience.nanosLeft());
    }
    if (bytes != null) {
      received += bytes.length;
      if (received > limits.maxResponseBytes()) {
        throw failures.tooMuch("in one answer", "max-response", limits.maxResponseBytes());
      }
    }
    return bytes;
  }

  private static boolean isBlank(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).isBlank();
  }

  private static char firstCharacter(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).stripLeading().charAt(0);
  }
}
