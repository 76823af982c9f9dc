package dev.sandglass.server;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Config;
import dev.sandglass.model.Endpoint;
import dev.sandglass.model.ModelRegistry;
import dev.sandglass.model.Models;
import dev.sandglass.model.local.LocalModel;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.oci.OciConfig;
import dev.sandglass.sandbox.oci.OciDriver;
import dev.sandglass.sandbox.oci.ReadyContainers;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server with everything real around it, as {@code sandglass serve} runs it: local model,
 * sandboxes, server.
 */
public final class Production implements AutoCloseable {

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final SandglassServer server;

  /**
   * Starts everything; the model goes on loading when this returns.
   *
   * @throws SandglassException if something is missing; nothing is left running
   */
  public Production(Config config, Path source) throws InterruptedException {
    try {
      Optional<LocalModel> local = LocalModels.start(config);
      local.ifPresent(parts::push);
      SandboxDriver driver = driver(config, source);
      parts.push(driver);
      this.server = SandglassServer.start(config, driver, models(config, local), Clock.systemUTC());
      parts.push(server);
    } catch (RuntimeException | InterruptedException e) {
      close();
      throw e;
    }
  }

  private static Models models(Config config, Optional<LocalModel> local) {
    @Nullable LocalModel model = local.orElse(null);
    @Nullable Endpoint endpoint =
        model == null ? null : () -> model.awaitReady(config.models().local().startTimeout());
    return ModelRegistry.of(
        config.models(), endpoint, model == null ? null : model.apiKey(), System::getenv);
  }

  private static SandboxDriver driver(Config config, Path source) throws InterruptedException {
    SandboxImage image = SandboxImage.of(config);
    Path home = config.storage().homeDir().toAbsolutePath();
    @Nullable Path configured = config.sandbox().source();
    String runtime =
        switch (config.sandbox().runtime()) {
          case AUTO, RUNC -> "runc";
        };
    return OciDriver.open(
        new OciConfig(
            program(runtime),
            image.rootfs(),
            image.digest(),
            configured != null ? configured : source,
            runDir(config, home),
            home.resolve("containers"),
            config.sandbox().uidBase(),
            new OciConfig.Backups(
                config.sandbox().backups(),
                config.sandbox().memoryReserve().bytes(),
                config.sandbox().backupCost())),
        ready(config.sandbox()));
  }

  /** The containers that nearly everybody asks for. */
  private static ReadyContainers.Wish ready(Config.Sandbox s) {
    return new ReadyContainers.Wish(
        s.readyContainers(),
        new ContainerSpec(
            "",
            "",
            s.memoryLimit().bytes(),
            s.processes(),
            s.openFiles(),
            s.tmp().bytes(),
            s.shm().bytes()));
  }

  /** One for each home: two servers must not clean up after each other. */
  private static Path runDir(Config config, Path home) {
    @Nullable Path configured = config.sandbox().run();
    return configured != null
        ? configured
        : Path.of("/run/sandglass", Integer.toHexString(home.toString().hashCode()));
  }

  private static Path program(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
    return Arrays.stream(path.split(File.pathSeparator))
        .map(dir -> Path.of(dir.isEmpty() ? "." : dir, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new SandglassException(
                Kind.UNAVAILABLE,
                name + " is not installed: apt-get install " + name + ", or ./sandglass setup."));
  }

  public SandglassServer server() {
    return server;
  }

  /** Stops everything in reverse. Idempotent. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        org.slf4j.LoggerFactory.getLogger(Production.class).warn("stopping", e);
      }
    }
  }
}
