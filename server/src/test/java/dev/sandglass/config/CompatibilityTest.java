package dev.sandglass.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** With {@code -Dsandglass.write-docs=true} it writes the table instead of checking it. */
class CompatibilityTest {

  private static final Path PAGE = Path.of("../docs/compatibility.md");
  private static final String BEGIN = "<!-- the table of Trait.java -->\n";
  private static final String END = "<!-- its end -->\n";

  @Test
  void theTableOfDifferencesIsWhatTheCodeDistinguishes() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    int to = page.indexOf(END);
    if (Boolean.getBoolean("sandglass.write-docs")) {
      Files.writeString(PAGE, page.substring(0, from) + Trait.table() + page.substring(to));
      return;
    }
    assertThat(page.substring(from, to)).isEqualTo(Trait.table());
  }

  @Test
  void editionsAreFoundByTheNamesThatSettingsUse() {
    for (Edition edition : Edition.values()) {
      assertThat(Edition.of(edition.wire())).contains(edition);
    }
    assertThat(Edition.of("GUIDE")).isEmpty();
  }
}
