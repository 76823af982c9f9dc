package dev.sandglass.cli.ask;

import dev.sandglass.config.Config;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
        "An OpenAI-compatible endpoint (with /v1) in place of the local model; also from OPENAI_BASE_URL.",
        "Its key comes from OPENAI_API_KEY."
      })
  private @Nullable String url;

  @Option(names = "--model", paramLabel = "NAME", description = "The model's name there.")
  private @Nullable String model;

  private @Nullable String url() {
    String fromEnvironment = System.getenv().getOrDefault("OPENAI_BASE_URL", "");
    if (url != null) {
      return url;
    }
    return fromEnvironment.isEmpty() ? null : fromEnvironment;
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
    return u == null ? home : home.resolve("endpoints").resolve(hash(u + "\n" + model()));
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
