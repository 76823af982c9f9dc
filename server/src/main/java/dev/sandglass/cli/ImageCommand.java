package dev.sandglass.cli;

import dev.sandglass.cli.ask.Terminal;
import dev.sandglass.cli.local.Program;
import dev.sandglass.cli.setup.Setup;
import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sandglass image …}. */
@Command(name = "image", description = "The sandbox images.", synopsisSubcommandLabel = "COMMAND")
final class ImageCommand {

  @Command(
      name = "build",
      description = "Build the sandbox image of this clone's recipe, unless it is there.")
  int build() throws InterruptedException {
    Setup.forImage().run(System.err, Terminal.stderr());
    System.out.println(Setup.imageDirectory());
    return 0;
  }

  @Command(
      name = "export",
      description =
          "Write this clone's image as an OCI image layout in a tar file, for skopeo, podman or"
              + " containerd; the same image gives the same bytes.")
  int export(@Parameters(paramLabel = "FILE.tar", description = "The file to write.") Path file)
      throws InterruptedException {
    Setup.forImage().run(System.err, Terminal.stderr());
    try {
      return new ProcessBuilder(
              "python3",
              Program.root().resolve("sandbox/image/oci.py").toString(),
              Setup.imageDirectory().toString(),
              file.toString())
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "python3 can't be started: " + e.getMessage(), e);
    }
  }

  @Command(name = "list", description = "List the images in the cache; * marks this clone's.")
  int list() {
    Path images = Config.defaults().storage().cacheDir().resolve("images");
    if (!Files.isDirectory(images)) {
      return 0;
    }
    Path own = Setup.imageDirectory();
    try (Stream<Path> dirs = Files.list(images)) {
      List<Path> built =
          dirs.filter(d -> Files.isRegularFile(d.resolve("image.json")) && !Files.isSymbolicLink(d))
              .sorted()
              .toList();
      for (Path dir : built) {
        JsonNode image = Json.MAPPER.readTree(Files.readAllBytes(dir.resolve("image.json")));
        System.out.println(
            (dir.equals(own) ? "* " : "  ")
                + dir.getFileName()
                + "  "
                + image.path("digest").asString("no digest"));
      }
      return 0;
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "can't read " + images + ": " + e.getMessage(), e);
    }
  }
}
