package dev.sandglass.container;

import dev.sandglass.config.DataSize;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of the files that a cell made or changed are kept, and what is to be said of the others:
 * they stay until the container ends. Pure.
 *
 * @param steps each changed file, and whether its content is kept
 * @param notes sentences for client and model
 */
record KeepPlan(List<Step> steps, List<String> notes) {

  /** The most files, bytes of one, and bytes of all, by the names of their settings. */
  record Limits(int maxFiles, DataSize maxFileBytes, DataSize maxBytes) {}

  record Step(FileStat file, boolean keep) {}

  /**
   * @param changed new and changed files
   * @param all whether the listing that they are from was whole
   * @param recorded the container's files as recorded, without those that are gone
   */
  static KeepPlan of(
      List<FileStat> changed, boolean all, List<ContainerFile> recorded, Limits limits) {
    Set<String> anew =
        changed.stream().map(f -> ContainerFile.ROOT + f.path()).collect(Collectors.toSet());
    long together =
        recorded.stream()
            .filter(f -> !anew.contains(f.path()))
            .mapToLong(KeepPlan::keptBytes)
            .sum();
    List<Step> steps = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<String> beyond = new ArrayList<>();
    // The smallest first: so most files are kept.
    for (FileStat f : changed.stream().sorted(Comparator.comparingLong(FileStat::size)).toList()) {
      boolean keep = false;
      if (f.size() > limits.maxFileBytes().bytes()) {
        notes.add(tooLarge(f, limits));
      } else if (together + f.size() > limits.maxBytes().bytes()) {
        beyond.add(ContainerFile.ROOT + f.path());
      } else {
        keep = true;
        together += f.size();
      }
      steps.add(new Step(f, keep));
    }
    if (!beyond.isEmpty()) {
      notes.add(tooMuch(beyond, limits));
    }
    if (!all) {
      notes.add(
          "There are more than %d files in /mnt/data, container.max-files: the others are not kept and not listed. Put many files into one ZIP."
              .formatted(limits.maxFiles()));
    }
    steps.sort(Comparator.comparing(s -> s.file().path()));
    return new KeepPlan(List.copyOf(steps), List.copyOf(notes));
  }

  /** What a recorded file takes of the store. */
  static long keptBytes(ContainerFile f) {
    return f.sha256() == null ? 0 : f.bytes();
  }

  private static String tooLarge(FileStat f, Limits limits) {
    return "%s%s has %,d bytes, more than files.max-bytes, %s: it is not kept when this container ends. Write less, or split it."
        .formatted(ContainerFile.ROOT, f.path(), f.size(), limits.maxFileBytes());
  }

  private static String tooMuch(List<String> paths, Limits limits) {
    String which =
        paths.size() == 1
            ? paths.getFirst()
            : paths.getFirst() + " and " + (paths.size() - 1) + " more";
    return "The files of this container have more than container.max-bytes, %s, together: %s will not be kept when it ends. Delete what is not needed, by os.remove."
        .formatted(limits.maxBytes(), which);
  }
}
