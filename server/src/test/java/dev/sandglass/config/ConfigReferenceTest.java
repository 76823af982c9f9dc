package dev.sandglass.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** With {@code -Dsandglass.write-docs=true} it writes the page instead of checking it. */
class ConfigReferenceTest {

  private static final Path PAGE = Path.of("../docs/configuration.md");

  @Test
  void theDocumentationSaysWhatTheCodeDoes() throws IOException {
    if (Boolean.getBoolean("sandglass.write-docs")) {
      Files.writeString(PAGE, Reference.markdown());
    }
    assertThat(PAGE).content().isEqualTo(Reference.markdown());
  }
}
