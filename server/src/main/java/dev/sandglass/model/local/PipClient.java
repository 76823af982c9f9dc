package dev.sandglass.model.local;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Downloads single files of a Python package index through pip, the machine's own client: so
 * mirrors, proxies and certificates that work for pip work here too. Nothing is installed and no
 * downloaded code runs. Thread-safe.
 */
final class PipClient {
  private final String python;

  PipClient(String python) {
    this.python = python;
  }

  /** The first Python on the path that has pip, then Debian's. */
  static PipClient find(String searchPath) {
    return Stream.concat(
            Stream.of(searchPath.split(File.pathSeparator)).filter(dir -> !dir.isBlank()),
            Stream.of("/usr/bin"))
        .map(dir -> Path.of(dir, "python3"))
        .filter(Files::isExecutable)
        .distinct()
        .map(Path::toString)
        .filter(python -> new Command(python, "-m", "pip", "--version").run().ok())
        .findFirst()
        .map(PipClient::new)
        .orElseThrow(() -> new PipException(PipException.Reason.NO_PIP, "", ""));
  }

  /** Downloads one wheel into an empty folder. pip checks the sum; the caller should too. */
  Path wheel(WheelPart part, List<String> options, Path folder) {
    List<String> line = base(folder);
    line.addAll(List.of("--only-binary", ":all:"));
    line.addAll(options);
    return download(part.requirement(), part.sha256(), line, new HashMap<>(), folder);
  }

  /** Downloads one source archive into an empty folder, with a stand-in for its build backend. */
  Path source(SourceArchive archive, Path folder) {
    Path standIn = folder.resolve("backend");
    standInBackend(standIn, archive.backend());
    List<String> line = base(folder);
    // Without isolation pip takes the backend from PYTHONPATH, where ours is, and installs no build
    // requirement.
    line.addAll(List.of("--no-binary", ":all:", "--no-build-isolation"));
    line.addAll(archive.pipOptions());
    Map<String, String> environment = new HashMap<>();
    environment.put("PYTHONPATH", standIn.toString());
    environment.put("SANDGLASS_SDIST_NAME", archive.distribution());
    environment.put("SANDGLASS_SDIST_VERSION", archive.version());
    return download(archive.requirement(), archive.sha256(), line, environment, folder);
  }

  private List<String> base(Path folder) {
    return new ArrayList<>(
        List.of(
            python,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--require-hashes",
            "--no-input",
            "--no-cache-dir",
            "--disable-pip-version-check",
            "--progress-bar",
            "off",
            "--dest",
            folder.resolve("files").toString(),
            "--requirement",
            folder.resolve("requirement.txt").toString()));
  }

  private static Path download(
      String requirement,
      String sha256,
      List<String> line,
      Map<String, String> environment,
      Path folder) {
    Path files = folder.resolve("files");
    Path temporary = folder.resolve("tmp");
    try {
      Files.createDirectories(files);
      Files.createDirectories(temporary);
      Files.writeString(
          folder.resolve("requirement.txt"), requirement + " --hash=sha256:" + sha256 + "\n");
    } catch (IOException e) {
      throw Disk.failure("prepare the download of " + requirement, folder, e);
    }
    // pip unpacks into the temporary folder, which on Debian 13 is memory.
    environment.put("TMPDIR", temporary.toString());
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    Command.Result result = new Command(line, environment, folder).run();
    if (!result.ok()) {
      throw PipException.of(requirement, result);
    }
    return onlyFile(files, requirement);
  }

  private static Path onlyFile(Path folder, String requirement) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      if (all.size() != 1) {
        throw new PipException(
            PipException.Reason.OTHER, requirement, "pip left " + all.size() + " files");
      }
      return all.getFirst();
    } catch (IOException e) {
      throw Disk.failure("look for " + requirement, folder, e);
    }
  }

  private static void standInBackend(Path folder, String backend) {
    try (InputStream code = PipClient.class.getResourceAsStream("pip/backend.py")) {
      String[] names = backend.split("\\.", -1);
      Path dir = folder;
      for (int i = 0; i < names.length - 1; i++) {
        dir = Files.createDirectories(dir.resolve(names[i]));
        Files.writeString(dir.resolve("__init__.py"), "");
      }
      Files.write(
          dir.resolve(names[names.length - 1] + ".py"),
          Objects.requireNonNull(code, "pip/backend.py is missing").readAllBytes());
    } catch (IOException e) {
      throw Disk.failure("write the stand-in build backend", folder, e);
    }
  }
}
