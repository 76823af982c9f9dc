package dev.sandglass.api;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What the HTTP engine refuses before any of our code sees it (bad request lines, headers beyond
 * the limit, ambiguous paths), in the same envelope as everything else. Thread-safe.
 */
final class EngineErrors extends ErrorHandler {

  /** Of itself the engine tells only some methods what is wrong. */
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    String type = code < 500 || code == 505 ? "invalid_request_error" : "server_error";
    String text = "The request could not be read as HTTP (%d): %s.".formatted(code, message);
    Content.Sink.write(response, true, ErrorMapper.envelope(type, text), callback);
  }
}
