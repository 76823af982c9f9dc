package dev.sandglass.testing;

import dev.sandglass.common.Json;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@code sandglass serve} in a process of its own, which may be killed and started again with the
 * same home.
 */
public final class ServerProcess implements AutoCloseable {

  private static final long START_SECONDS = 120;

  private final Process process;
  private final Path home;
  private final URI url;
  private final String key;

  private ServerProcess(Process process, Path home, JsonNode said) {
    this.process = process;
    this.home = home;
    this.url = URI.create(said.path("url").asString("").replaceAll("/v1$", ""));
    this.key = said.path("key").asString("");
  }

  /** Starts one; {@code settings} go over the defaults. It listens when this returns. */
  public static ServerProcess start(Path home, ScriptedModel model, Map<String, String> settings)
      throws IOException, InterruptedException {
    Files.createDirectories(home);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dsandglass.root=" + Path.of("..").toRealPath(),
                "-cp",
                System.getProperty(
                    "surefire.real.class.path", System.getProperty("java.class.path")),
                "dev.sandglass.cli.Main",
                "serve",
                "--no-setup",
                "--home=" + home,
                "--port=0",
                "--model-url=" + model.uri(),
                "--model=scripted-1"));
    File log = home.resolve("server.log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    settings.forEach((name, value) ->
        builder
            .environment()
            .put(
                "SANDGLASS_" + name.toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_"),
                value));
    Process process = builder.start();
    Path said = home.resolve("run/server.json");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < deadline && process.isAlive()) {
      try {
        JsonNode node = Json.MAPPER.readTree(Files.readAllBytes(said));
        if (node.path("pid").asLong() == process.pid()) {
          return new ServerProcess(process, home, node);
        }
      } catch (IOException | JacksonException e) {
        // Not yet written.
      }
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    process.destroyForcibly();
    throw new IOException("the server did not start: " + Files.readString(log.toPath()));
  }

  public Api api() {
    return new Api(url, key);
  }

  public URI url() {
    return url;
  }

  public String key() {
    return key;
  }

  public Path runDir() {
    return Path.of(
        "/run/sandglass", Integer.toHexString(home.toAbsolutePath().toString().hashCode()));
  }

  public Path dataDir() {
    return home.resolve("containers");
  }

  public String log() throws IOException {
    return Files.readString(home.resolve("server.log"));
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM, and its end. */
  public void stop() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    stop();
  }
}
