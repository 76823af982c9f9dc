package dev.sandglass.model.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandglass.config.Config;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real program with the real weights, as setup installs them. */
@Timeout(300)
class RealLocalModelTest {
  @TempDir Path folder;

  @Test
  void answersWhoHasTheKeyAndNobodyElse() throws Exception {
    ModelCache cache = new ModelCache(cacheFolder());
    ModelCatalogue catalogue = ModelCatalogue.bundled();
    Optional<Path> program = new LlamaServerInstaller(catalogue, cache).find();
    boolean installed = program.isPresent() && cache.holds(catalogue.defaultModel());
    assumeTrue(installed, "the local model is not installed: run `sandglass setup` first");

    LocalModelSettings settings =
        LocalModelSettings.of(
            catalogue.defaultModel().name(),
            cache.file(catalogue.defaultModel()),
            program.orElseThrow(),
            folder.resolve("model.log"));
    try (LocalModelServer model = LocalModelServer.started(settings)) {
      URI url = model.awaitReady(settings.startTimeout());

      assertThat(ask(url, model.apiKey()).statusCode()).isEqualTo(200);
      assertThat(ask(url, model.apiKey()).body()).contains("391");
      assertThat(ask(url, "wrong").statusCode()).isEqualTo(401);
      assertThat(model.status().residentBytes()).isBetween(1_000_000_000L, 3_000_000_000L);
    }
  }

  private static HttpResponse<String> ask(URI url, String key)
      throws IOException, InterruptedException {
    String body =
        """
        {"messages": [{"role": "user", "content": "What is 17 * 23? Answer with the number only."}],
         "max_tokens": 16, "temperature": 0}\
        """;
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
