package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImagePythonTest {

  private static final ImagePython PYTHON = new ImagePython(Path.of("/i"));

  @Test
  void itIsRunByTheImagesOwnLoaderWithTheImagesOwnLibraries() {
    List<String> command =
        PYTHON.command(PYTHON.loader(), Path.of("/run/python3"), List.of("/src", "--x"));
    assertThat(command.getFirst()).startsWith("/i/usr/lib/").contains("/ld-linux-");
    assertThat(command).containsSubsequence("--inhibit-cache", "--library-path", "--argv0");
    assertThat(command.get(command.indexOf("--library-path") + 1)).startsWith("/i/usr/lib/");
    assertThat(command).endsWith("/i/usr/bin/python3", "-sP", "-B", "/src", "--x");
  }

  @Test
  void whatItLooksForIsInTheImage() {
    Map<String, String> environment = PYTHON.environment(Path.of("/t"));
    assertThat(environment)
        .containsEntry("PYTHONHOME", "/i/usr")
        .containsEntry("FONTCONFIG_FILE", "/t/fonts.conf")
        .containsEntry("PYTHONTZPATH", "/i/usr/share/zoneinfo")
        .containsEntry("PYTHONDONTWRITEBYTECODE", "1")
        .containsEntry("HOME", "/t")
        .containsEntry("MPLCONFIGDIR", "/t/matplotlib");
  }

  @Test
  void fontsAreTheImagesAndWhatIsFoundIsKeptElsewhere() {
    assertThat(new ImagePython(Path.of("/a&b")).fonts(Path.of("/t")))
        .contains("<dir>/a&amp;b/usr/share/fonts</dir>")
        .contains("<cachedir>/t/fontconfig</cachedir>");
  }

  @Test
  void theScriptThatStandsForItTakesNoNameApart() {
    ImagePython odd = new ImagePython(Path.of("/it's here"));
    assertThat(odd.script(Path.of("/r/python3"), Path.of("/s")))
        .startsWith("#!/bin/sh\nPYTHONPATH='/s/sandglass_sandbox/started' ")
        .contains(" exec '/it'\\''s here/usr/lib/")
        .endsWith(" '/it'\\''s here/usr/bin/python3' \"$@\"\n");
  }
}
