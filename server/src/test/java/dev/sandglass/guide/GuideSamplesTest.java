package dev.sandglass.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.Tap;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guide's samples on the official Python SDK with examples/python/sandglass_client.py:
 * sdk-tests/guide, whose report docs/guide-coverage.md's check reads.
 */
class GuideSamplesTest {

  private static final Path TESTS = Path.of("..", "sdk-tests", "guide");

  @Test
  void thePythonSamplesRun(@TempDir Path directory) throws Exception {
    try (ScriptedModel model =
            GuideScript.install(ScriptedModel.start(), TESTS.resolve("script.md"));
        RunningServer server = RunningServer.start(directory, model, Map.of());
        Tap tap = Tap.before(server.url())) {
      File output = directory.resolve("output").toFile();
      ProcessBuilder builder =
          new ProcessBuilder(
                  System.getenv().getOrDefault("SANDGLASS_SDK_PYTHON", "python3"),
                  "-m",
                  "pytest",
                  "-q",
                  "-p",
                  "no:cacheprovider",
                  "--junit-xml",
                  Path.of("target", "pytest-reports", "guide.xml").toAbsolutePath().toString(),
                  ".")
              .directory(TESTS.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output);
      builder.environment().put("OPENAI_BASE_URL", tap.url().toString());
      builder.environment().put("OPENAI_API_KEY", server.key());
      builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
      int status = builder.start().waitFor();
      String said = Files.readString(output.toPath());
      System.out.println(said);
      assertThat(status).as("%s", said).isZero();
      assertThat(tap.refused()).isEmpty();
    }
  }
}
