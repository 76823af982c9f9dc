package dev.sandglass.testing;

import dev.sandglass.api.FilesResource;
import dev.sandglass.api.HealthResource;
import dev.sandglass.api.HttpServer;
import dev.sandglass.api.MetricsResource;
import dev.sandglass.api.ModelsResource;
import dev.sandglass.api.Resource;
import dev.sandglass.api.Router;
import dev.sandglass.common.Json;
import dev.sandglass.config.Config;
import dev.sandglass.container.ContainerFiles;
import dev.sandglass.container.ContainerService;
import dev.sandglass.file.DiskBlobStore;
import dev.sandglass.file.FileService;
import dev.sandglass.key.KeyService;
import dev.sandglass.model.ModelSession;
import dev.sandglass.model.Models;
import dev.sandglass.retry.Attempts;
import dev.sandglass.store.Database;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The API without sandbox and model, on a free port, with a key, and a client for it. */
public final class HttpFixture implements AutoCloseable {

  private final Database database;
  private final ContainerService containers;
  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  public final KeyService keys;
  public final FileService files;
  public final KeyService.Created key;
  public final int port;

  /** With further routes that tests need. */
  public HttpFixture(Path home, Map<String, String> settings, Consumer<Router> further)
      throws IOException {
    Map<String, String> all = new HashMap<>(settings);
    all.put("storage.home", home.toString());
    all.put("server.port", "0");
    Config config = Config.of(all);
    Clock clock = Clock.systemUTC();
    database = Database.open(home.resolve("sandglass.db"), 2, false);
    DiskBlobStore blobs = new DiskBlobStore(home.resolve("blobs"), clock);
    files = new FileService(database, blobs, config.files(), clock);
    keys = new KeyService(database, clock);
    key = keys.create("default", "test");
    containers = new ContainerService(database, blobs, files, new NoSandbox(), config, clock);
    List<Resource> resources =
        List.of(
            new FilesResource(files, new ContainerFiles(containers), config.files().download()),
            new ModelsResource(MODELS),
            further::accept);
    server =
        new HttpServer(
            config,
            keys,
            new Attempts(database, config.server().idempotencyAge(), Clock.systemUTC()),
            List.of(
                new HealthResource(
                    Map.of("database", () -> "ok", "sandbox", () -> "not there"),
                    Map.of("disks", () -> "none")),
                new MetricsResource(new PrometheusRegistry())),
            resources,
            clock);
    port = server.start();
  }

  public HttpFixture(Path home) throws IOException {
    this(home, Map.of(), r -> {});
  }

  private static final Models MODELS =
      new Models() {
        @Override
        public ModelSession forName(String requested) {
          throw new UnsupportedOperationException("no model in this fixture");
        }

        @Override
        public List<Available> available() {
          return List.of(
              new Available("qwen", 1, "local"), new Available("org/name:tag", 2, "upstream"));
        }
      };

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Authorization", "Bearer " + key.secret());
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    Validated.body(
        answer.headers().firstValue("content-type").orElse(""),
        answer.body().getBytes(StandardCharsets.UTF_8));
    return answer;
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  public HttpResponse<String> delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE());
  }

  public HttpResponse<String> post(String path, String contentType, String body)
      throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Uploads through the API; returns the file's id. */
  public String upload(String name, String content) throws IOException, InterruptedException {
    String form =
        """
        --B\r
        Content-Disposition: form-data; name="purpose"\r
        \r
        user_data\r
        --B\r
        Content-Disposition: form-data; name="file"; filename="%s"\r
        \r
        %s\r
        --B--\r
        """
            .formatted(name, content);
    return json(post("/v1/files", "multipart/form-data; boundary=B", form)).path("id").asString("");
  }

  public static JsonNode json(HttpResponse<String> response) {
    return Json.MAPPER.readTree(response.body());
  }

  @Override
  public void close() {
    server.close();
    containers.close();
    database.close();
    client.close();
  }
}
