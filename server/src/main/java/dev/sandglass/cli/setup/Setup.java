package dev.sandglass.cli.setup;

import dev.sandglass.cli.local.Program;
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
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * What a machine needs, as a list of steps: those that are done already cost a few milliseconds.
 */
public final class Setup {

  private final List<SetupStep> first;
  private final List<SetupStep> parallel;

  private Setup(List<SetupStep> first, List<SetupStep> parallel) {
    this.first = first;
    this.parallel = parallel;
  }

  /** Everything for questions: sandbox and, unless an endpoint is given, the local model. */
  public static Setup forQuestions(boolean endpointGiven) {
    return forQuestions(endpointGiven, /* walls= */ true);
  }

  /** The same; without walls a sandbox is nothing but the image. */
  public static Setup forQuestions(boolean endpointGiven, boolean walls) {
    Path cache = Config.defaults().storage().cacheDir();
    Path recipe = Program.root().resolve("sandbox/image");
    List<SetupStep> parallel = new ArrayList<>();
    ImageStep image = new ImageStep(recipe, cache.resolve("images"), imageDirectory());
    parallel.add(image);
    BooleanSupplier buildsModel = () -> false;
    if (!endpointGiven) {
      ModelCatalogue catalogue = ModelCatalogue.bundled();
      ModelCache models = new ModelCache(cache);
      SetupStep weights = new WeightsStep(catalogue.defaultModel(), models);
      SetupStep server = new LlamaServerStep(new LlamaServerInstaller(catalogue, models));
      parallel.add(weights);
      parallel.add(server);
      buildsModel = () -> weights.needed() || server.needed();
    }
    return new Setup(List.of(packages(walls, image::needed, buildsModel, cache)), parallel);
  }

  /** gVisor alone. */
  public static Setup forRunsc() {
    Path cache = Config.defaults().storage().cacheDir();
    RunscStep runsc = new RunscStep(Program.root().resolve("sandbox/image"), cache);
    return new Setup(
        List.of(
            new PackagesStep(
                List.of(PackagesStep.Program.onPath("mmdebstrap", "mmdebstrap", runsc::needed)),
                cache.resolve("logs"))),
        List.of(runsc));
  }

  /** The image alone. */
  public static Setup forImage() {
    Path cache = Config.defaults().storage().cacheDir();
    ImageStep image =
        new ImageStep(
            Program.root().resolve("sandbox/image"), cache.resolve("images"), imageDirectory());
    return new Setup(List.of(packages(true, image::needed, () -> false, cache)), List.of(image));
  }

  private static PackagesStep packages(
      boolean walls, BooleanSupplier image, BooleanSupplier model, Path cache) {
    BooleanSupplier always = () -> walls; // for what sandboxes need themselves
    BooleanSupplier either = () -> image.getAsBoolean() || model.getAsBoolean();
    List<PackagesStep.Program> programs = new ArrayList<>();
    programs.add(PackagesStep.Program.onPath("runc", "runc", always));
    programs.add(PackagesStep.Program.onPath("mke2fs", "e2fsprogs", always));
    // For servers that aren't root, and images that aren't built by root.
    programs.add(
        PackagesStep.Program.onPath("newuidmap", "uidmap", () -> walls || image.getAsBoolean()));
    programs.add(PackagesStep.Program.onPath("mmdebstrap", "mmdebstrap", image));
    programs.add(PackagesStep.Program.onPath("python3", "python3", either));
    programs.add(new PackagesStep.Program(Setup::hasPip, "python3-pip", either));
    programs.add(PackagesStep.Program.onPath("cmake", "cmake", model));
    programs.add(PackagesStep.Program.onPath("ninja", "ninja-build", model));
    programs.add(PackagesStep.Program.onPath("g++", "g++", model));
    return new PackagesStep(programs, cache.resolve("logs"));
  }

  private static boolean hasPip() {
    return List.of("python3", "/usr/bin/python3").stream().anyMatch(Setup::hasPip);
  }

  private static boolean hasPip(String python) {
    try {
      return new ProcessBuilder(python, "-c", "import pip")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Where the image of this clone's recipe is or goes. */
  public static Path imageDirectory() {
    Path recipe = Program.root().resolve("sandbox/image/build.sh");
    try {
      Process process = new ProcessBuilder(recipe.toString(), "--key").start();
      String key =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0 || !key.matches("[0-9a-f]{16}")) {
        throw new SandglassException(Kind.INTERNAL, recipe + " --key failed");
      }
      return Config.defaults().storage().cacheDir().resolve("images").resolve(key);
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE,
          "the image's recipe is missing (" + recipe + "): run this from a clone",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandglassException(Kind.UNAVAILABLE, "interrupted", e);
    }
  }

  /** The names of the steps that are still to be done. */
  public List<String> missing() {
    return Stream.concat(first.stream(), parallel.stream())
        .filter(SetupStep::needed)
        .map(SetupStep::name)
        .toList();
  }

  /** Does what is needed, saying so on {@code out}. */
  public void run(PrintStream out, boolean terminal) throws InterruptedException {
    new SetupRunner(new SetupDisplay(out, terminal, Clock.systemUTC())).run(first, parallel);
  }

  private record WeightsStep(CatalogueModel model, ModelCache cache) implements SetupStep {
    @Override
    public String name() {
      return "local model";
    }

    @Override
    public boolean needed() {
      return new ModelLibrary(ModelCatalogue.bundled(), cache)
          .find(model.name())
          .filter(InstalledModel::installed)
          .isEmpty();
    }

    @Override
    public void run(InstallProgress progress) {
      new ModelInstaller(cache).install(model, progress);
    }
  }

  private record LlamaServerStep(LlamaServerInstaller installer) implements SetupStep {
    @Override
    public String name() {
      return "model server";
    }

    @Override
    public boolean needed() {
      return installer.find().isEmpty();
    }

    @Override
    public void run(InstallProgress progress) {
      installer.install(progress);
    }
  }
}
