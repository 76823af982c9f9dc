package dev.sandglass.api;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Edition;
import dev.sandglass.key.ApiKey;
import dev.sandglass.key.KeyService;
import org.jspecify.annotations.Nullable;

/**
 * Finds a request's project and edition by its bearer key (openai-api.md 7.2, 7.4). Thread-safe.
 */
final class Authenticator {

  private static final String BEARER = "bearer ";

  private final KeyService keys;
  private final boolean required;
  private final Edition edition;

  /** {@code edition} is spoken with keys that have none of their own. */
  Authenticator(KeyService keys, boolean required, Edition edition) {
    this.keys = keys;
    this.required = required;
    this.edition = edition;
  }

  /**
   * @param header the {@code Authorization} header
   * @throws SandglassException 401
   */
  Caller caller(@Nullable String header) {
    if (!required) {
      return new Caller(keys.project(KeyService.DEFAULT_PROJECT), null, edition);
    }
    if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw new SandglassException(
          Kind.UNAUTHENTICATED,
          "You didn't provide an API key. Provide it in an Authorization header: Authorization: Bearer YOUR_KEY."
              + " ./sandglass key create makes one.");
    }
    String secret = header.substring(BEARER.length()).strip();
    ApiKey key =
        keys.authenticate(secret)
            .orElseThrow(() ->
                new SandglassException(
                    Kind.UNAUTHENTICATED,
                    "Incorrect API key provided: "
                        + shown(secret)
                        + ". ./sandglass key list shows the keys.",
                    "invalid_api_key",
                    null,
                    null));
    Edition own = key.edition();
    return new Caller(key.project(), key.id(), own == null ? edition : own);
  }

  private static String shown(String secret) {
    String s = secret.replaceAll("[^\\x21-\\x7e]", "?");
    return s.length() <= 8
        ? "*".repeat(s.length())
        : s.substring(0, 4) + "****" + s.substring(s.length() - 4);
  }
}
