package dev.sandglass.server;

import dev.sandglass.common.OwnerOnly;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Config;
import dev.sandglass.model.FixedMessages;
import dev.sandglass.model.local.FixedPrompt;
import dev.sandglass.model.local.InstalledModel;
import dev.sandglass.model.local.LlamaServerInstaller;
import dev.sandglass.model.local.LocalModel;
import dev.sandglass.model.local.LocalModelServer;
import dev.sandglass.model.local.LocalModelSettings;
import dev.sandglass.model.local.ModelCache;
import dev.sandglass.model.local.ModelCatalogue;
import dev.sandglass.model.local.ModelLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whether a local model is to run, and which. */
final class LocalModels {

  private LocalModels() {}

  /** The local model, already loading; empty if the configuration wants none. */
  static Optional<LocalModel> start(Config config) {
    Config.Local local = config.models().local();
    boolean wanted =
        switch (local.enabled()) {
          case ALWAYS -> true;
          case NEVER -> false;
          case AUTO -> config.models().upstreams().isEmpty();
        };
    return wanted
        ? Optional.of(LocalModelServer.started(settings(config, local)))
        : Optional.empty();
  }

  private static Path log(Config config) {
    Path logs = config.storage().homeDir().resolve("logs");
    try {
      OwnerOnly.directory(logs);
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "can't create " + logs + ": " + e.getMessage(), e);
    }
    return logs.resolve("llama-server.log");
  }

  private static LocalModelSettings settings(Config config, Config.Local local) {
    ModelCatalogue catalogue = ModelCatalogue.bundled();
    ModelCache cache = new ModelCache(config.storage().cacheDir());
    InstalledModel model = model(new ModelLibrary(catalogue, cache).list(), local.model());
    @Nullable Path program = local.serverPath();
    return new LocalModelSettings(
        model.name(),
        model.file(),
        program != null
            ? program
            : new LlamaServerInstaller(catalogue, cache).find().orElseThrow(LocalModels::noServer),
        log(config),
        local.context(),
        local.threads(),
        local.cacheRam().bytes(),
        local.startTimeout(),
        new FixedPrompt(FixedMessages.blocks(), config.storage().cacheDir().resolve("prompts")));
  }

  private static InstalledModel model(List<InstalledModel> all, @Nullable String name) {
    return all.stream()
        .filter(m -> m.installed() && (name == null || m.name().equals(name)))
        .findFirst()
        .orElseThrow(() ->
            new SandglassException(
                Kind.UNAVAILABLE,
                (name == null
                        ? "No local model is installed"
                        : "The local model '" + name + "' is not installed")
                    + ": ./sandglass model install, or configure an endpoint in models.upstreams (--model-url)."));
  }

  private static SandglassException noServer() {
    return new SandglassException(
        Kind.UNAVAILABLE,
        "llama-server is not installed: ./sandglass model install, or set models.local.server-path.");
  }
}
