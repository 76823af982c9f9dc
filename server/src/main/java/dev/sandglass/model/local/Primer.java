package dev.sandglass.model.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a child that has just loaded the state that it has after reading the fixed prompt, by
 * llama-server's slots; or lets it read the prompt once and keeps the state. A help, never a
 * condition: whatever goes wrong is logged, and the first question takes longer.
 */
final class Primer {
  private static final Logger LOG = LoggerFactory.getLogger(Primer.class);
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final LocalModelSettings settings;
  private final FixedPrompt prompt;
  private final String apiKey;

  Primer(LocalModelSettings settings, FixedPrompt prompt, String apiKey) {
    this.settings = settings;
    this.prompt = prompt;
    this.apiKey = apiKey;
  }

  /** Loads the state that an earlier child has left; false if there is none. */
  boolean restore(int port) throws InterruptedException {
    String file = prompt.file(settings);
    return Files.isRegularFile(prompt.folder().resolve(file)) && slot(port, "restore", file);
  }

  /** Lets the child read the prompt, and keeps the state for later ones. */
  void read(int port) throws InterruptedException {
    String body =
        "{\"messages\":%s,\"max_tokens\":1,\"temperature\":0}".formatted(prompt.messages());
    String file = prompt.file(settings);
    String part = file + "." + port;
    if (post(port, "/v1/chat/completions", body) && slot(port, "save", part)) {
      try {
        // Whole or not at all, also if the child is killed while it writes.
        Files.move(
            prompt.folder().resolve(part),
            prompt.folder().resolve(file),
            StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        LOG.info("priming the local model: {}", e.toString());
      }
    }
  }

  private boolean slot(int port, String action, String file) throws InterruptedException {
    String body = "{\"filename\":\"%s\"}".formatted(file);
    return post(port, "/slots/0?action=" + action, body);
  }

  private boolean post(int port, String path, String body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + apiKey)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build()) {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        LOG.info("priming the local model: {} answers {}", path, response.statusCode());
      }
      return response.statusCode() == 200;
    } catch (IOException e) {
      LOG.info("priming the local model: {}: {}", path, e.toString());
      return false;
    }
  }
}
