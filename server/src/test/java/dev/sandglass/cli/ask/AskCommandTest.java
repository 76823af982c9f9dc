package dev.sandglass.cli.ask;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskCommandTest {

  @TempDir private Path here;

  @Test
  void whatCannotBeAskedIsSaidBeforeAnythingIsStarted() throws Exception {
    Path file = Files.writeString(here.resolve("a.csv"), "a,b");
    Path fresh = here.resolve("fresh");
    assertThatCode(() -> AskCommand.check("q", List.of(file), fresh)).doesNotThrowAnyException();
    assertThatCode(() -> AskCommand.check("q", List.of(), here)).doesNotThrowAnyException();
    assertThatThrownBy(() -> AskCommand.check(" ", List.of(file), fresh))
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> AskCommand.check(file.toString(), List.of(), fresh))
        .hasMessageContaining("a file and no question", file.toString());
    assertThatThrownBy(() -> AskCommand.check("q", List.of(here), fresh))
        .hasMessageContaining("a directory, not a file: " + here);
    assertThatThrownBy(() -> AskCommand.check("q", List.of(here.resolve("b.csv")), fresh))
        .hasMessageContaining("no readable file: " + here.resolve("b.csv"));
    assertThatThrownBy(() -> AskCommand.check("q", List.of(file), file))
        .hasMessageContaining("--out names a file, not a directory: " + file);
  }
}
