package dev.sandglass.model.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipClientTest {
  @TempDir Path folder;

  @Test
  void fetchesASourceArchiveWithoutRunningItsBuildCode() throws IOException {
    Path witness = folder.resolve("ran");
    SourceArchive archive = archive(witness);

    Path file = pip().source(archive, Files.createDirectory(folder.resolve("incoming")));

    assertThat(Sha256.of(file)).isEqualTo(archive.sha256());
    assertThat(witness).doesNotExist();
  }

  @Test
  void refusesASourceArchiveWithAnotherSum() throws IOException {
    SourceArchive archive = archive(folder.resolve("ran"));
    SourceArchive other =
        new SourceArchive(
            archive.distribution(),
            "1.0",
            "0".repeat(64),
            archive.bytes(),
            archive.backend(),
            1,
            archive.pipOptions());

    assertThatThrownBy(() -> pip().source(other, Files.createDirectory(folder.resolve("incoming"))))
        .isInstanceOfSatisfying(
            PipException.class,
            e -> assertThat(e.reason()).isEqualTo(PipException.Reason.WRONG_SUM));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device, DISK_FULL",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE, WRONG_SUM",
    "WARNING: Retrying after connection broken by 'NewConnectionError(x)', NO_NETWORK",
    "ERROR: No matching distribution found for x==1, NOT_FOUND",
    "/usr/bin/python3: No module named pip, NO_PIP",
    "Segmentation fault, OTHER"
  })
  void understandsPipsComplaints(String output, PipException.Reason reason) {
    assertThat(PipException.reason(new Command.Result(1, output))).isEqualTo(reason);
  }

  /** A source distribution whose build leaves a trace. */
  private SourceArchive archive(Path witness) throws IOException {
    Path index = Files.createDirectory(folder.resolve("index"));
    Path project = Files.createDirectories(folder.resolve("trap-1.0"));
    Files.writeString(
        project.resolve("pyproject.toml"),
        "[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n");
    Files.writeString(project.resolve("setup.py"), "open('%s', 'w').close()\n".formatted(witness));
    Files.writeString(
        project.resolve("PKG-INFO"), "Metadata-Version: 2.1\nName: trap\nVersion: 1.0\n");
    Path file = index.resolve("trap-1.0.tar.gz");
    Command tar = new Command("tar", "-czf", file.toString(), "-C", folder.toString(), "trap-1.0");
    assertThat(tar.run().status()).isZero();
    return new SourceArchive(
        "trap",
        "1.0",
        Sha256.of(file),
        Files.size(file),
        "setuptools.build_meta",
        1,
        List.of("--no-index", "--find-links", index.toString()));
  }

  private static PipClient pip() {
    return PipClient.find(System.getenv().getOrDefault("PATH", ""));
  }
}
