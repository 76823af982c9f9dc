package dev.sandglass.cli;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Config;
import dev.sandglass.model.local.CatalogueModel;
import dev.sandglass.model.local.InstallProgress;
import dev.sandglass.model.local.InstalledModel;
import dev.sandglass.model.local.LlamaServerInstaller;
import dev.sandglass.model.local.ModelCache;
import dev.sandglass.model.local.ModelCatalogue;
import dev.sandglass.model.local.ModelInstaller;
import dev.sandglass.model.local.ModelLibrary;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sandglass model …}. */
@Command(name = "model", description = "The local models.", synopsisSubcommandLabel = "COMMAND")
final class ModelCommand {

  private final ModelCatalogue catalogue = ModelCatalogue.bundled();
  private final ModelCache cache = new ModelCache(Config.defaults().storage().cacheDir());

  @Command(name = "list", description = "List the models of the catalogue and your own.")
  int list() {
    for (InstalledModel m : new ModelLibrary(catalogue, cache).list()) {
      System.out.printf(
          Locale.ROOT,
          "%-40s %6d MB  %s%s%n",
          m.name(),
          m.bytes() >> 20,
          m.installed() ? "installed" : "not installed",
          m.own() ? ", your own" : "");
    }
    return 0;
  }

  @Command(
      name = "install",
      description = "Install a model of the catalogue, or a GGUF file of your own.")
  int install(
      @Parameters(
              index = "0",
              arity = "0..1",
              paramLabel = "NAME",
              description = "A name of the catalogue; none: the default.")
          @Nullable String name,
      @Option(names = "--file", paramLabel = "GGUF", description = "A GGUF file of your own.")
          @Nullable Path file,
      @Option(names = "--name", paramLabel = "NAME", description = "What --file shall be called.")
          @Nullable String ownName) {
    InstallProgress progress = new LineProgress(System.err);
    if (file != null) {
      InstalledModel own = new ModelLibrary(catalogue, cache).add(file, ownName, progress);
      System.out.println(
          "installed " + own.name() + "; use it with models.local.model: " + own.name());
      return 0;
    }
    CatalogueModel model =
        name == null
            ? catalogue.defaultModel()
            : catalogue
                .find(name)
                .orElseThrow(() ->
                    new SandglassException(
                        Kind.INVALID,
                        "no model '" + name + "' in the catalogue: see sandglass model list"));
    System.out.println("installed " + new ModelInstaller(cache).install(model, progress));
    System.out.println(
        "model server: " + new LlamaServerInstaller(catalogue, cache).install(progress));
    return 0;
  }
}
