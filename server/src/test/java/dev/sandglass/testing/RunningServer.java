package dev.sandglass.testing;

import dev.sandglass.api.HttpServer;
import dev.sandglass.config.Config;
import dev.sandglass.config.Edition;
import dev.sandglass.key.KeyService;
import dev.sandglass.model.ModelRegistry;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.server.SandglassServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A whole server on a free port: real runc, real SQLite, a scripted model behind it. */
public final class RunningServer implements AutoCloseable {

  private final SandboxDriver driver;
  private final SandglassServer server;
  private final String key;

  private RunningServer(SandboxDriver driver, SandglassServer server) {
    this.driver = driver;
    this.server = server;
    this.key = server.keys().create(KeyService.DEFAULT_PROJECT, "test").secret();
  }

  /** Starts one that asks {@code model}; {@code settings} go over the defaults. */
  public static RunningServer start(
      Path directory, ScriptedModel model, Map<String, String> settings)
      throws IOException, InterruptedException {
    return start(directory, Runc.open(directory), model, settings, Clock.systemUTC());
  }

  /** Starts one over another sandbox, by another clock. The driver is closed with it. */
  public static RunningServer start(
      Path directory,
      SandboxDriver driver,
      ScriptedModel model,
      Map<String, String> settings,
      Clock clock) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("server.port", "0");
    all.put("storage.home", directory.resolve("home").toString());
    all.put("models.upstreams.scripted.url", model.uri().toString());
    Config config = Config.of(all);
    try {
      ModelRegistry models = ModelRegistry.of(config.models(), null, null, name -> null);
      return new RunningServer(driver, SandglassServer.start(config, driver, models, clock));
    } catch (RuntimeException e) {
      driver.close();
      throw e;
    }
  }

  /** The API's base, with {@code /v1}. */
  public URI url() {
    return server.url();
  }

  public String key() {
    return key;
  }

  /** A key of the same project that speaks an edition, whatever the server's is. */
  public String key(Edition edition) {
    return server.keys().create(KeyService.DEFAULT_PROJECT, "test", edition).secret();
  }

  /** Everything that is answered. */
  public List<HttpServer.Route> routes() {
    return server.routes();
  }

  /** A key of another project. */
  public String foreignKey() {
    return server.keys().create("stranger", "test").secret();
  }

  @Override
  public void close() {
    server.close();
    driver.close();
  }
}
