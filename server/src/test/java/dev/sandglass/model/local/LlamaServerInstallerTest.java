package dev.sandglass.model.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real recipe on a tiny source tree with llama.cpp's targets. */
class LlamaServerInstallerTest {
  private static final CpuFeatures CPU = new CpuFeatures("amd64", Set.of("avx2"));
  private static final String CMAKE =
      """
      cmake_minimum_required(VERSION 3.14)
      project(llama.cpp C CXX)
      set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
      foreach(name mtmd cpp-httplib llama-server-impl server-context llama-common llama ggml-base)
        add_library(${name} STATIC ${name}.cpp)
      endforeach()
      add_executable(llama-server main.cpp)
      target_link_libraries(llama-server llama)
      """;
  private static final String MAIN =
      """
      #include <cstdio>
      int main() { std::printf("version: 0 (build 7, commit x)\\n"); return %s; }
      """;

  @TempDir Path folder;

  @Test
  void buildsOnceAndFindsItAgain() throws IOException {
    LlamaServerInstaller installer = installer(archive("0"), "");
    List<Long> totals = Collections.synchronizedList(new ArrayList<>());

    Path program = installer.install((step, done, total) -> totals.add(total));

    assertThat(new Command(program.toString()).run().ok()).isTrue();
    assertThat(totals).contains(5L);
    assertThat(installer.find()).contains(program);
    assertThat(program.getParent()).isDirectoryNotContaining(other -> !other.equals(program));
  }

  @Test
  void aBuildThatFailsShowsItsOutputAndGoesOnNextTime() throws IOException {
    LlamaServerInstaller installer = installer(archive("no_such_name"), "");

    assertThatThrownBy(() -> installer.install(InstallProgress.NONE))
        .isInstanceOf(LocalModelException.class)
        .hasMessageContaining("no_such_name")
        .hasMessageContaining("Run the same command again");
    assertThat(installer.find()).isEmpty();
    assertThat(cache().llamaServer(installer.key()).resolveSibling("work/unpacked")).exists();
  }

  @Test
  void takesARecentProgramFromThePathAndNoOldOne() throws IOException {
    SourceArchive source = archive("0");
    String recent = program("recent", "version: 1.0 (build 7, commit x)");
    String old = program("old", "version: 6 (abc)");

    assertThat(installer(source, old + ":" + recent).find())
        .contains(Path.of(recent, "llama-server"));
    assertThat(installer(source, old).find()).isEmpty();
  }

  @Test
  void anotherCpuOrSourceIsAnotherBuild() throws IOException {
    SourceArchive source = archive("0");
    String here = installer(source, "").key();

    assertThat(
            new LlamaServerInstaller(
                    source, cache(), this::pip, "", new CpuFeatures("amd64", Set.of()))
                .key())
        .isNotEqualTo(here);
    assertThat(installer(source, "").key()).isEqualTo(here).matches("[0-9a-f]{16}");
  }

  private String program(String name, String version) throws IOException {
    Path program = Files.createDirectories(folder.resolve(name)).resolve("llama-server");
    Files.writeString(program, "#!/bin/sh\necho '%s'\n".formatted(version));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return folder.resolve(name).toString();
  }

  private SourceArchive archive(String mainReturns) throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tiny-1.0/llama.cpp"));
    Files.writeString(tree.resolve("CMakeLists.txt"), CMAKE);
    Files.writeString(tree.resolve("main.cpp"), MAIN.formatted(mainReturns));
    for (String name :
        List.of(
            "mtmd",
            "cpp-httplib",
            "llama-server-impl",
            "server-context",
            "llama-common",
            "llama",
            "ggml-base")) {
      Files.writeString(
          tree.resolve(name + ".cpp"),
          "int %s() { return 0; }\n".formatted(name.replace('-', '_')));
    }
    Files.createDirectories(tree.resolve("vendor/nlohmann"));
    Files.writeString(tree.resolve("vendor/nlohmann/json.hpp"), "#pragma once\n");
    Files.writeString(
        folder.resolve("tiny-1.0/pyproject.toml"),
        "[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n");
    Path index = Files.createDirectories(folder.resolve("index"));
    Path file = index.resolve("tiny-1.0.tar.gz");
    assertThat(
            new Command("tar", "-czf", file.toString(), "-C", folder.toString(), "tiny-1.0")
                .run()
                .ok())
        .isTrue();
    return new SourceArchive(
        "tiny",
        "1.0",
        Sha256.of(file),
        Files.size(file),
        "setuptools.build_meta",
        7,
        List.of("--no-index", "--find-links", index.toString()));
  }

  private LlamaServerInstaller installer(SourceArchive source, String searchPath) {
    return new LlamaServerInstaller(source, cache(), this::pip, searchPath, CPU);
  }

  private ModelCache cache() {
    return new ModelCache(folder.resolve("cache"));
  }

  private PipClient pip() {
    return PipClient.find(System.getenv().getOrDefault("PATH", ""));
  }
}
