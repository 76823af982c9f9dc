package dev.sandglass.api;

import dev.sandglass.common.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;

/**
 * An event stream (openai-api.md 5.1): every event is written and flushed in one piece, and
 * comments in between keep the connection alive and tell that the client has gone: a dead one is
 * noticed at the second write after its end. Thread-safe.
 */
public final class SseWriter implements AutoCloseable {

  private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);

  private final OutputStream out;
  private final Runnable onGone;
  private final ReentrantLock lock = new ReentrantLock();
  private final ScheduledFuture<?> pings;
  private boolean gone;
  private boolean closed;

  SseWriter(
      OutputStream out, ScheduledExecutorService ticker, Duration keepAlive, Runnable onGone) {
    this.out = out;
    this.onGone = onGone;
    long ms = keepAlive.toMillis();
    // The write may block on a slow client: never on the ticker's own thread.
    this.pings =
        ticker.scheduleWithFixedDelay(
            () -> Thread.ofVirtual().start(this::ping), ms, ms, TimeUnit.MILLISECONDS);
  }

  /** One event; swallowed if the client has gone. */
  public void event(String type, JsonNode data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    bytes.writeBytes(("event: " + type + "\ndata: ").getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(Json.MAPPER.writeValueAsBytes(data));
    bytes.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
    lock.lock();
    try {
      write(bytes.toByteArray());
    } finally {
      lock.unlock();
    }
  }

  private void ping() {
    // An event under way keeps the connection alive as well.
    if (lock.tryLock()) {
      try {
        write(COMMENT);
      } finally {
        lock.unlock();
      }
    }
  }

  private void write(byte[] bytes) {
    if (gone || closed) {
      return;
    }
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      gone = true;
      pings.cancel(false);
      onGone.run();
    }
  }

  @Override
  public void close() {
    pings.cancel(false);
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }
}
