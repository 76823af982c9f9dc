package dev.sandglass.cli.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandglass.cli.local.ApiClient;
import dev.sandglass.common.Json;
import dev.sandglass.config.Config;
import dev.sandglass.config.ConfigLoader;
import dev.sandglass.key.KeyService;
import dev.sandglass.model.ModelRegistry;
import dev.sandglass.server.SandglassServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code sandglass rehearse}: starts a whole server on a temporary home, with a model that says one
 * word and without sandboxes, uses it as a client does, and stops it. The build runs it under
 * {@code -XX:AOTCacheOutput} (JEP 514), so that every later start finds its classes loaded and
 * linked.
 */
@Command(
    name = "rehearse",
    hidden = true,
    description = "Use a temporary server once, for the JVM's AOT cache.")
public final class RehearseCommand implements Callable<Integer> {

  /** Enough for the first events of a stream to be more than interpreted once. */
  private static final int ROUNDS = 20;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path home = Files.createTempDirectory("sandglass-rehearsal");
    try (OneWordModel model = new OneWordModel()) {
      Config config = config(home, model);
      try (SandglassServer server =
          SandglassServer.start(
              config,
              new NoSandboxes(),
              ModelRegistry.of(config.models(), null, null, name -> null),
              Clock.systemUTC())) {
        String key = server.keys().create(KeyService.DEFAULT_PROJECT, "rehearsal").secret();
        use(new ApiClient(server.url(), key), home);
      }
    } finally {
      remove(home);
    }
    return 0;
  }

  private static Config config(Path home, OneWordModel model) {
    return ConfigLoader.load(
        null,
        Map.of(),
        Map.of(
            "storage.home",
            home.resolve("home").toString(),
            "server.port",
            "0",
            "models.upstreams.rehearsal.url",
            model.url(),
            "models.upstreams.rehearsal.dialect",
            "blocks"));
  }

  private static void use(ApiClient api, Path home) throws IOException, InterruptedException {
    Path file = Files.writeString(home.resolve("a.csv"), "a,b\n1,2\n");
    String id = api.upload(file);
    api.get("/files");
    api.get("/files/" + id);
    for (int round = 0; round < ROUNDS; round++) {
      try (InputStream events = api.stream(question())) {
        for (String line : new String(events.readAllBytes(), UTF_8).split("\n")) {
          if (line.startsWith("data: ")) {
            Json.MAPPER.readTree(line.substring("data: ".length()));
          }
        }
      }
    }
    api.get("/models");
    api.delete("/files/" + id);
  }

  private static ObjectNode question() {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("model", "any").put("input", "Say hello.").put("stream", true);
    body.putArray("tools")
        .addObject()
        .put("type", "code_interpreter")
        .putObject("container")
        .put("type", "auto");
    return body;
  }

  private static void remove(Path home) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(home)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
