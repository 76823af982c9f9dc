package dev.sandglass.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.store.Database;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCardRepositoryTest {

  @Test
  void aCardThatAnotherVersionMadeIsMadeAnew(@TempDir Path directory) {
    try (Database database = Database.open(directory.resolve("sandglass.db"), 1, false)) {
      database.write(
          h -> h.execute("INSERT INTO project (id, name, created_at) VALUES ('p', 'cards', 0)"));
      FileCardRepository before = new FileCardRepository(database, "1", Clock.systemUTC());
      FileCardRepository after = new FileCardRepository(database, "2", Clock.systemUTC());
      before.save("p", "abc", "a.csv", "two columns");
      assertThat(before.find("p", "abc", "a.csv")).contains("two columns");
      assertThat(after.find("p", "abc", "a.csv")).isEmpty();
      after.save("p", "abc", "a.csv", "three columns");
      assertThat(after.find("p", "abc", "a.csv")).contains("three columns");
      assertThat(after.find("q", "abc", "a.csv")).isEmpty();
    }
  }
}
