package dev.sandglass.model;

import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException.Kind;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Words for what can go wrong with an endpoint: what happened, at which endpoint, what to do. The
 * key never appears, even where the endpoint repeats it.
 */
final class Failures {

  private static final int MAX_EXCERPT = 300;
  private static final Pattern TITLE =
      Pattern.compile("<title[^>]*>([^<]{1,200})", Pattern.CASE_INSENSITIVE);

  /** How the JDK says that the other side has ended a connection. */
  private static final Pattern CLOSED =
      Pattern.compile("(?i)received no bytes|EOF|reset|closed|broken pipe|bytes received");

  /** What looks like a key or what is left of one. */
  private static final Pattern KEYS = Pattern.compile("\\bsk-\\S+|\\S*\\*{2,}\\S*");

  private final String where;
  private final String name;
  private final @Nullable String key;

  Failures(Upstream upstream, URI base) {
    this.where = "the model endpoint " + withoutSecrets(base);
    this.name = upstream.name();
    this.key = upstream.key();
  }

  Failure unreachable(Throwable cause) {
    // The JDK's client wraps an unresolved name in a ConnectException.
    boolean unknownHost =
        Stream.iterate(cause, Objects::nonNull, Throwable::getCause)
            .anyMatch(
                t -> t instanceof UnknownHostException || t instanceof UnresolvedAddressException);
    if (!unknownHost && !(cause instanceof ConnectException)) {
      return broken(cause, /* started= */ false);
    }
    String what = unknownHost ? "its host name is not known" : plainly(cause);
    return new Failure(
        "Cannot reach %s: %s. Is it running, and is the base URL of upstream '%s' right?"
            .formatted(where, what, name),
        !unknownHost,
        cause);
  }

  Failure broken(Throwable cause, boolean started) {
    return new Failure(
        "The connection to %s broke %s: %s."
            .formatted(
                where,
                started ? "in the middle of the answer" : "before an answer came",
                plainly(cause)),
        true,
        cause);
  }

  /** What has happened to a connection, without the client library's own words. */
  private static String plainly(Throwable cause) {
    return switch (cause) {
      case HttpConnectTimeoutException _ -> "it was not made in time";
      case ConnectException _ -> "connection refused";
      case SSLException _ -> "TLS failed; perhaps its certificate is not trusted here";
      default -> {
        String said = String.valueOf(cause.getMessage());
        yield CLOSED.matcher(said).find() ? "the endpoint closed it" : "it failed";
      }
    };
  }

  Failure cut() {
    return new Failure(
        "The answer of %s was cut: its stream ended without a finish reason.".formatted(where),
        true,
        null);
  }

  /** A stream that ended in good order and had nothing in it. */
  Failure empty() {
    return new Failure(
        "%s sent no answer: its stream ended without content or a finish reason."
            .formatted(capitalise(where)),
        true,
        null);
  }

  Failure late(String what, String limit, Duration value) {
    return new Failure(
        "%s was too slow: %s within %s (models.upstreams.%s.%s)."
            .formatted(capitalise(where), what, seconds(value), name, limit),
        true,
        null);
  }

  Failure tooMuch(String where, String limit, long bytes) {
    return new Failure(
        "%s sent more than %d bytes %s. If it means that, raise models.upstreams.%s.%s."
            .formatted(capitalise(this.where), bytes, where, name, limit),
        false,
        null);
  }

  Failure nonsense(String what, String body) {
    return new Failure("%s %s: %s".formatted(capitalise(where), what, excerpt(body)), true, null);
  }

  /** An error object in the stream or in a body with status 200. */
  Failure inBody(JsonNode error) {
    return new Failure(
        Kind.UPSTREAM,
        "%s reported an error: %s".formatted(capitalise(where), excerpt(messageOf(error))),
        true,
        0,
        null,
        error,
        null);
  }

  Failure webPage(String body) {
    Matcher title = TITLE.matcher(body);
    return new Failure(
        "%s answered with a web page%s, not with Chat Completions. Its base URL should end where /chat/completions begins, often in /v1."
            .formatted(
                capitalise(where), title.find() ? " (“" + excerpt(title.group(1)) + "”)" : ""),
        false,
        null);
  }

  /** A status other than 200. */
  Failure status(int status, String body, @Nullable String retryAfter, Instant now) {
    JsonNode error = errorOf(body);
    // Endpoints repeat a key that they refuse, in part: nothing of that may reach a client.
    String said =
        status == 401 ? "" : excerpt(error.isMissingNode() ? plain(body) : messageOf(error));
    String message =
        switch (status) {
          case 401, 403 ->
              "%s refused the key of upstream '%s' (%d)%s (models.upstreams.%s.key-env)"
                  .formatted(
                      capitalise(where), name, status, key == null ? ", which has none" : "", name);
          case 404 ->
              "%s does not know the model, or has no Chat Completions at this base URL (404)"
                  .formatted(capitalise(where));
          case 429 -> "%s has had too many requests (429)".formatted(capitalise(where));
          default -> "%s answered with status %d".formatted(capitalise(where), status);
        };
    boolean retryable = status == 408 || status == 429 || status >= 500;
    return new Failure(
        tooLong(status, said) ? Kind.INVALID : Kind.UPSTREAM,
        said.isEmpty() ? message + "." : message + ": " + said,
        retryable,
        status,
        retryAfter(retryAfter, now),
        error,
        null);
  }

  /** Whether the endpoint complains that the conversation doesn't fit its model's context. */
  private static boolean tooLong(int status, String said) {
    String s = said.toLowerCase(java.util.Locale.ROOT);
    return (status == 400 || status == 413)
        && s.contains("context")
        && (s.contains("exceed") || s.contains("length") || s.contains("maximum"));
  }

  static @Nullable Duration retryAfter(@Nullable String header, Instant now) {
    if (header == null) {
      return null;
    }
    try {
      return Duration.ofMillis((long) (Double.parseDouble(header.strip()) * 1000));
    } catch (NumberFormatException notSeconds) {
      try {
        Instant at =
            ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        return Duration.between(now, at);
      } catch (DateTimeParseException notADate) {
        return null;
      }
    }
  }

  private static JsonNode errorOf(String body) {
    try {
      JsonNode node = Json.MAPPER.readTree(body);
      if (node.isArray()) { // Google wraps its error in a list
        node = node.path(0);
      }
      JsonNode error = node.path("error");
      return !error.isMissingNode()
          ? error
          : node.has("message") || node.has("detail") ? node : error;
    } catch (JacksonException e) {
      return MissingNode.getInstance();
    }
  }

  static String messageOf(JsonNode error) {
    if (error.isString()) {
      return error.asString();
    }
    for (String member : new String[] {"message", "detail", "error"}) {
      if (error.path(member).isString()) {
        return error.path(member).asString();
      }
    }
    return error.toString();
  }

  private static String plain(String body) {
    Matcher title = TITLE.matcher(body);
    return title.find() ? title.group(1) : body.stripLeading().startsWith("<") ? "" : body;
  }

  /** A bounded piece of somebody else's text, on one line, without the key. */
  private String excerpt(String text) {
    String clean = key == null || key.isBlank() ? text : text.replace(key, "***");
    clean = KEYS.matcher(clean).replaceAll("***");
    clean = clean.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return clean.length() <= MAX_EXCERPT ? clean : clean.substring(0, MAX_EXCERPT) + "…";
  }

  private static String withoutSecrets(URI base) {
    String port = base.getPort() < 0 ? "" : ":" + base.getPort();
    return base.getScheme() + "://" + base.getHost() + port + base.getPath();
  }

  private static String seconds(Duration d) {
    return d.toMillis() % 1000 == 0 ? d.toSeconds() + " s" : d.toMillis() + " ms";
  }

  private static String capitalise(String s) {
    return Character.toUpperCase(s.charAt(0)) + s.substring(1);
  }
}
