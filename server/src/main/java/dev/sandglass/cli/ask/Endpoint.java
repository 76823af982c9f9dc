package dev.sandglass.cli.ask;

import dev.sandglass.cli.local.LocalServer;
import dev.sandglass.config.Config;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which model answers: the local one, or an OpenAI-compatible endpoint. Each endpoint has a server
 * and a home directory of its own, so that questions to different ones don't share what should not
 * be shared.
 */
public final class Endpoint {

  @Option(
      names = "--model-url",
      paramLabel = "URL",
      description = {
        "An OpenAI-compatible endpoint (with /v1) in place of the local model; also from OPENAI_BASE_URL,"
            + " unless that is the running Sandglass itself.",
        "Its key comes from OPENAI_API_KEY."
      })
  private @Nullable String url;

  @Option(names = "--model", paramLabel = "NAME", description = "The model's name there.")
  private @Nullable String model;

  private @Nullable String url() {
    if (url != null) {
      return url;
    }
    String set = System.getenv().getOrDefault("OPENAI_BASE_URL", "");
    return model(set, new LocalServer(Config.defaults().storage().homeDir()).url().orElse(null));
  }

  /**
   * The model's endpoint if {@code OPENAI_BASE_URL} is {@code set}. Who has set it for an SDK that
   * asks the server on this machine wants that server asked, not used as its own model.
   *
   * @param own the address of the server that runs here
   */
  static @Nullable String model(String set, @Nullable URI own) {
    return set.isBlank() || (own != null && same(set, own)) ? null : set;
  }

  private static boolean same(String set, URI own) {
    try {
      URI uri = URI.create(set.strip());
      return uri.getPort() == own.getPort()
          && own.getPath().equals(String.valueOf(uri.getPath()).replaceAll("/+$", ""))
          && (own.getHost().equals(uri.getHost())
              || Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(uri.getHost())));
    } catch (IllegalArgumentException e) {
      return false; // what it is instead, the server's configuration says
    }
  }

  /** The endpoint's address if nothing but {@code OPENAI_BASE_URL} names it. */
  Optional<String> fromEnvironment() {
    return url == null ? Optional.ofNullable(url()) : Optional.empty();
  }

  /** Whether an endpoint is given, so that no local model is needed. */
  public boolean configured() {
    return url() != null;
  }

  /** The name to ask for. */
  public String model() {
    return model != null ? model : Question.DEFAULT_MODEL;
  }

  public Path home() {
    Path home = Config.defaults().storage().homeDir();
    @Nullable String u = url();
    return u == null ? home : LocalServer.endpointHome(home, hash(u + "\n" + model()));
  }

  /** How {@code serve} is to be started for it. */
  public List<String> serveArguments() {
    List<String> arguments =
        new ArrayList<>(
            List.of("serve", "--port", "0", "--linger", "15m", "--home", home().toString()));
    @Nullable String u = url();
    if (u != null) {
      arguments.addAll(List.of("--model-url", u));
      if (model != null) {
        arguments.addAll(List.of("--model", model));
      }
    }
    return arguments;
  }

  private static String hash(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
