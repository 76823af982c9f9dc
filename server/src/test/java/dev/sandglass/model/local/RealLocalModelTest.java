package dev.sandglass.model.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandglass.config.Config;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real program with the real weights, as setup installs them. */
@Timeout(300)
class RealLocalModelTest {
  @TempDir Path folder;

  @Test
  void answersWhoHasTheKeyAndNobodyElse() throws Exception {
    LocalModelSettings settings = installed();
    try (LocalModelServer model = LocalModelServer.started(settings)) {
      URI url = model.awaitReady(settings.startTimeout());

      assertThat(ask(url, model.apiKey()).statusCode()).isEqualTo(200);
      assertThat(ask(url, model.apiKey()).body()).contains("391");
      assertThat(ask(url, "wrong").statusCode()).isEqualTo(401);
      assertThat(model.status().residentBytes()).isBetween(1_000_000_000L, 3_000_000_000L);
    }
  }

  @Test
  void knowsItsFixedPromptAfterARestart() throws Exception {
    String words = "A rule that is long enough to be worth keeping. ".repeat(20);
    String rule = "{\"role\": \"system\", \"content\": \"" + words + "\"}";
    FixedPrompt prompt =
        new FixedPrompt("[" + rule + ", {\"role\": \"user\", \"content\": \"Go\"}]", folder);
    LocalModelSettings settings = installed().with(prompt);
    Path state = folder.resolve(prompt.file(settings));
    try (LocalModelServer model = LocalModelServer.started(settings)) {
      model.awaitReady(settings.startTimeout());
      while (!Files.exists(state)) {
        Thread.onSpinWait();
      }
    }

    try (LocalModelServer model = LocalModelServer.started(settings)) {
      URI url = model.awaitReady(settings.startTimeout());
      String answer = ask(url, model.apiKey(), rule + ",").body();
      Matcher cached = Pattern.compile("\"cached_tokens\":(\\d+)").matcher(answer);
      assertThat(cached.find()).as(answer).isTrue();
      assertThat(Integer.parseInt(cached.group(1))).isGreaterThan(150);
    }
  }

  private LocalModelSettings installed() {
    ModelCache cache = new ModelCache(cacheFolder());
    ModelCatalogue catalogue = ModelCatalogue.bundled();
    Optional<Path> program = new LlamaServerInstaller(catalogue, cache).find();
    boolean installed = program.isPresent() && cache.holds(catalogue.defaultModel());
    assumeTrue(installed, "the local model is not installed: run `sandglass setup` first");
    return LocalModelSettings.of(
        catalogue.defaultModel().name(),
        cache.file(catalogue.defaultModel()),
        program.orElseThrow(),
        folder.resolve("model.log"));
  }

  private static HttpResponse<String> ask(URI url, String key)
      throws IOException, InterruptedException {
    return ask(url, key, "");
  }

  private static HttpResponse<String> ask(URI url, String key, String before)
      throws IOException, InterruptedException {
    String body =
        """
        {"messages": [%s {"role": "user", "content": "What is 17 * 23? Answer with the number only."}],
         "max_tokens": 16, "temperature": 0}\
        """
            .formatted(before);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/chat/completions"))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(120))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  private static Path cacheFolder() {
    return Config.defaults().storage().cacheDir();
  }
}
