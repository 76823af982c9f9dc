package dev.sandglass.model.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLibraryTest {
  @TempDir Path folder;

  @Test
  void listsTheCatalogueEvenWhenNothingIsInstalled() {
    assertThat(library().list())
        .extracting(InstalledModel::name, InstalledModel::installed)
        .containsExactly(
            tuple("qwen2.5-coder-1.5b-instruct", false),
            tuple("qwen2.5-coder-0.5b-instruct", false));
  }

  @Test
  void remembersAFileOfOnesOwnUnderItsName() throws IOException {
    Path mine = gguf("My-Model.gguf", "one");

    InstalledModel added = library().add(mine, null, InstallProgress.NONE);

    assertThat(library().find("my-model")).contains(added);
    assertThat(added.file()).hasSameBinaryContentAs(mine);
    assertThat(added.own()).isTrue();
  }

  @Test
  void refusesAFileThatIsNoGguf() throws IOException {
    Path text = Files.writeString(folder.resolve("x.gguf"), "hello");

    assertThatThrownBy(() -> library().add(text, null, InstallProgress.NONE))
        .hasMessageContaining("is not a GGUF file");
  }

  @Test
  void refusesANameThatAnotherModelHas() throws IOException {
    library().add(gguf("a.gguf", "one"), "mine", InstallProgress.NONE);
    Path other = gguf("b.gguf", "two");

    assertThatThrownBy(() -> library().add(other, "mine", InstallProgress.NONE))
        .hasMessageContaining("--name");
    assertThatThrownBy(
            () -> library().add(other, "qwen2.5-coder-1.5b-instruct", InstallProgress.NONE))
        .hasMessageContaining("--name");
  }

  @Test
  void refusesANameThatWouldLeaveTheCache() throws IOException {
    Path mine = gguf("a.gguf", "one");

    assertThatThrownBy(() -> library().add(mine, "../a", InstallProgress.NONE))
        .hasMessageContaining("no model name");
  }

  private Path gguf(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), "GGUF" + content);
  }

  private ModelLibrary library() {
    return new ModelLibrary(ModelCatalogue.bundled(), new ModelCache(folder.resolve("cache")));
  }
}
