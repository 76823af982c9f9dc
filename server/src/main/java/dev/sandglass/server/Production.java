package dev.sandglass.server;

import dev.sandglass.common.SandglassException;
import dev.sandglass.config.Config;
import dev.sandglass.model.Endpoint;
import dev.sandglass.model.ModelRegistry;
import dev.sandglass.model.Models;
import dev.sandglass.model.local.LocalModel;
import dev.sandglass.sandbox.SandboxDriver;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
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
   * @param sandbox the repository's directory {@code sandbox}
   * @throws SandglassException if something is missing; nothing is left running
   */
  public Production(Config config, Path sandbox) throws InterruptedException {
    try {
      Optional<LocalModel> local = LocalModels.start(config);
      local.ifPresent(parts::push);
      SandboxDriver driver = Sandboxes.of(config, sandbox).open(Clock.systemUTC());
      parts.push(SandglassServer.sandboxesStay(config) ? driver::detach : driver);
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
