package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns every failure into OpenAI's error envelope (openai-api.md 7.1, 7.2): the one place where a
 * status is chosen.
 */
final class ErrorMapper {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorMapper.class);
  private static final String INVALID = "invalid_request_error";

  /** Set on a request that has got its error from here. */
  private static final String ANSWERED = "dev.sandglass.answered";

  private ErrorMapper() {}

  static void handle(Exception e, Context context) {
    if (context.res().isCommitted()) {
      LOG.info("a request ended after its answer had begun: {}", e.toString());
      return;
    }
    switch (e) {
      case SandglassException s -> sandglass(s, context);
      case HttpResponseException h ->
          answer(context, h.getStatus(), INVALID, message(h), null, null);
      case InterruptedException i ->
          answer(context, 503, "server_error", "The server is stopping.", null, null);
      case java.io.IOException io -> {
        LOG.info(
            "a request's body could not be read, or its answer not be written: {}", io.toString());
        answer(
            context,
            400,
            INVALID,
            "The request's body ended early, stood still for longer than server.read-timeout, or could"
                + " not be read.",
            null,
            null);
      }
      default -> {
        LOG.error("request {} {} failed", context.method(), context.path(), e);
        answer(
            context,
            500,
            "server_error",
            "The server had an error while processing your request.",
            null,
            null);
      }
    }
  }

  private static void sandglass(SandglassException e, Context context) {
    if (e.kind() == Kind.INTERNAL) {
      LOG.error("request {} {} failed", context.method(), context.path(), e);
    }
    if (e instanceof ApiException a && a.retryAfter() != null) {
      context.header("retry-after", Long.toString(Math.max(1, a.retryAfter().toSeconds())));
    } else if (e.kind() == Kind.TOO_MANY || e.kind() == Kind.UNAVAILABLE) {
      context.header("retry-after", "5");
    }
    answer(
        context,
        status(e.kind()),
        type(e.kind()),
        String.valueOf(e.getMessage()),
        e.code(),
        e.param());
  }

  static int status(Kind kind) {
    return switch (kind) {
      case INVALID -> 400;
      case UNAUTHENTICATED -> 401;
      case NOT_FOUND -> 404;
      case CONFLICT -> 409;
      case TOO_LARGE -> 413;
      case TOO_MANY -> 429;
      case INTERNAL -> 500;
      case UPSTREAM -> 502;
      case UNAVAILABLE -> 503;
    };
  }

  static String type(Kind kind) {
    return switch (kind) {
      case INVALID, UNAUTHENTICATED, NOT_FOUND, CONFLICT, TOO_LARGE -> INVALID;
      case TOO_MANY -> "rate_limit_error";
      case INTERNAL, UPSTREAM -> "server_error";
      case UNAVAILABLE -> "service_unavailable_error";
    };
  }

  private static String message(HttpResponseException e) {
    return String.valueOf(e.getMessage());
  }

  /** The envelope alone, for who has no context to answer by. */
  static String envelope(String type, String message) {
    return Json.MAPPER.writeValueAsString(error(type, message, null, null));
  }

  private static ObjectNode error(
      String type, String message, @Nullable String code, @Nullable String param) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.putObject("error")
        .put("message", message)
        .put("type", type)
        .put("param", param)
        .put("code", code);
    return root;
  }

  static void answer(
      Context context,
      int status,
      String type,
      String message,
      @Nullable String code,
      @Nullable String param) {
    context.attribute(ANSWERED, true);
    context
        .status(status)
        .contentType("application/json")
        .result(Json.MAPPER.writeValueAsBytes(error(type, message, code, param)));
    context.appData(Drain.KEY).settle(context);
  }

  /** Whether a request has got its error from here; if not, the engine has refused it by itself. */
  static boolean hasAnswered(Context context) {
    return context.attribute(ANSWERED) != null;
  }
}
