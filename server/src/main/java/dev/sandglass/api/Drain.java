package dev.sandglass.api;

import dev.sandglass.config.DataSize;
import io.javalin.config.Key;
import io.javalin.http.Context;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Reads on after a refusal, within bounds (RFC 9112, 9.6). A client that sends all of its request
 * before it reads would otherwise see a broken pipe instead of the reason; and one that is to send
 * its next request on a connection that is about to close must be told so.
 *
 * @param limit bytes that are still read
 * @param time how long
 */
record Drain(DataSize limit, Duration time) {

  static final Key<Drain> KEY = new Key<>("drain");

  /** Set on a request whose handler has begun to read the body. */
  private static final String INVITED = "dev.sandglass.invited";

  private static final int BUFFER = 64 << 10;

  /** The body is about to be read: a client that waits for our word (RFC 9110, 10.1.1) gets it. */
  static void invites(Context context) {
    context.attribute(INVITED, true);
  }

  /** Sends the answer now if the request has not come to its end; else leaves all as it is. */
  void settle(Context context) {
    try {
      if (!hasBody(context)) {
        return;
      }
      if (context.header("Expect") != null && context.attribute(INVITED) == null) {
        answer(context); // touching the body would invite it
        return;
      }
      ServletInputStream in = context.req().getInputStream();
      if (!ended(in)) {
        answer(context);
        drain(in);
      }
    } catch (IOException | IllegalStateException gone) {
      // The client has its answer, or is not there any more.
    }
  }

  private static boolean hasBody(Context context) {
    return context.req().getContentLengthLong() > 0 || context.header("Transfer-Encoding") != null;
  }

  /** Reads what has come already. */
  private static boolean ended(ServletInputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int n = 0; n < BUFFER && in.available() > 0; ) {
      n += in.read(buffer);
    }
    return in.isFinished();
  }

  private static void answer(Context context) throws IOException {
    InputStream body = context.resultInputStream();
    byte[] bytes = body == null ? new byte[0] : body.readAllBytes();
    context.res().setHeader("Connection", "close");
    context.res().setContentLength(bytes.length);
    context.res().getOutputStream().write(bytes);
    context.res().flushBuffer();
  }

  private void drain(InputStream in) throws IOException {
    long end = System.nanoTime() + time.toNanos();
    byte[] buffer = new byte[BUFFER];
    long left = limit.bytes();
    int read;
    while (left > 0 && System.nanoTime() < end && (read = in.read(buffer)) >= 0) {
      left -= read;
    }
  }
}
